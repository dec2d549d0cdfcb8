//! Matrix products with quantised weights, where nearly all the time goes.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod rows;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Shape, Tensor};

use crate::error::ModelError;
pub(crate) use rows::{BLOCK, Rows};

#[cfg(target_arch = "x86_64")]
use avx2::{EightBits, FourBits, Weights as _};
#[cfg(target_arch = "x86_64")]
use pulp::x86::V3;

/// Who multiplies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kernel {
    /// candle, for every format and processor.
    Candle,
    /// Our own for formats of 32 weights a block, on x86-64 processors with AVX2; candle for the others.
    Avx2,
}

impl Kernel {
    /// The faster one on this machine.
    #[must_use]
    pub fn native() -> Self {
        #[cfg(target_arch = "x86_64")]
        if V3::try_new().is_some() {
            return Self::Avx2;
        }
        Self::Candle
    }
}

impl std::fmt::Display for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Candle => "candle's",
            Self::Avx2 => "AVX2",
        })
    }
}

/// A matrix of `output` rows, each `input` wide.
pub(crate) struct Matrix {
    weight: Weight,
    input: usize,
    output: usize,
}

enum Weight {
    Candle(QTensor),
    #[cfg(target_arch = "x86_64")]
    Four(V3, FourBits),
    #[cfg(target_arch = "x86_64")]
    Eight(V3, EightBits),
}

impl Matrix {
    /// Takes the matrix as it is stored if its format has a kernel, else rounds it to eight bits.
    pub fn new(stored: QTensor, kernel: Kernel) -> Result<Self, ModelError> {
        let (output, input) = stored.shape().dims2()?;
        if !input.is_multiple_of(BLOCK) {
            return Err(ModelError::Invalid(format!(
                "a matrix {input} wide, which is no multiple of {BLOCK}"
            )));
        }
        let weight = match kernel {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2 => Weight::packed(stored)?,
            _ => Weight::Candle(if candle_can(&stored) { stored } else { eight_bits_of(&stored)? }),
        };
        Ok(Self { weight, input, output })
    }

    /// The number of rows.
    pub fn output(&self) -> usize {
        self.output
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        match &self.weight {
            Weight::Candle(stored) => stored.storage_size_in_bytes(),
            #[cfg(target_arch = "x86_64")]
            Weight::Four(_, four) => four.bytes(),
            #[cfg(target_arch = "x86_64")]
            Weight::Eight(_, eight) => eight.bytes(),
        }
    }

    /// The product with every row of `x`.
    pub fn forward(&self, x: &Rows<'_>) -> Result<Vec<f32>, ModelError> {
        match &self.weight {
            Weight::Candle(stored) => by_candle(stored, x, self.input),
            #[cfg(target_arch = "x86_64")]
            Weight::Four(simd, four) => Ok(avx2::multiply(*simd, four, self.input / BLOCK, x.rounded())),
            #[cfg(target_arch = "x86_64")]
            Weight::Eight(simd, eight) => Ok(avx2::multiply(*simd, eight, self.input / BLOCK, x.rounded())),
        }
    }

    /// The rows of these numbers, one after another. Each must be less than [`output`](Self::output).
    pub fn rows(&self, ids: &[u32]) -> Result<Vec<f32>, ModelError> {
        #[cfg(target_arch = "x86_64")]
        let of_blocks = |values: &dyn Fn(usize) -> [f32; BLOCK]| {
            let width = self.input / BLOCK;
            let blocks = ids.iter().flat_map(|&id| id as usize * width..(id as usize + 1) * width);
            blocks.flat_map(values).collect()
        };
        match &self.weight {
            Weight::Candle(stored) => {
                let rows = stored.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
                Ok(rows.flatten_all()?.to_vec1()?)
            }
            #[cfg(target_arch = "x86_64")]
            Weight::Four(_, four) => Ok(of_blocks(&|block| four.values(block))),
            #[cfg(target_arch = "x86_64")]
            Weight::Eight(_, eight) => Ok(of_blocks(&|block| eight.values(block))),
        }
    }
}

#[cfg(target_arch = "x86_64")]
impl Weight {
    fn packed(stored: QTensor) -> Result<Self, ModelError> {
        let Some(simd) = V3::try_new() else { return Ok(Self::Candle(stored)) };
        let data = stored.data()?;
        Ok(match stored.dtype() {
            GgmlDType::Q4_0 => Self::Four(simd, four_bits(&data, false)),
            GgmlDType::Q4_1 => Self::Four(simd, four_bits(&data, true)),
            GgmlDType::Q8_0 => Self::Eight(simd, eight_bits(&data)),
            // Blocks of 256, for which candle has vector code.
            GgmlDType::Q2K | GgmlDType::Q3K | GgmlDType::Q4K | GgmlDType::Q5K | GgmlDType::Q6K => {
                drop(data);
                Self::Candle(stored)
            }
            _ => Self::Eight(simd, eight_bits(&eight_bits_of(&stored)?.data()?)),
        })
    }
}

/// candle takes the blocks of these formats in pairs, and panics if one is left.
fn candle_can(stored: &QTensor) -> bool {
    let in_pairs = matches!(stored.dtype(), GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1);
    let width = stored.shape().dims().last().copied().unwrap_or_default();
    !in_pairs || width.is_multiple_of(2 * BLOCK)
}

fn eight_bits_of(stored: &QTensor) -> Result<QTensor, ModelError> {
    Ok(QTensor::quantize(&stored.dequantize(&Device::Cpu)?, GgmlDType::Q8_0)?)
}

/// `Q4_1` blocks are scale, low, 16 bytes. `Q4_0` has no low: its weights are eight steps below.
#[cfg(target_arch = "x86_64")]
fn four_bits(data: &[u8], has_low: bool) -> FourBits {
    let (blocks, head) = if has_low { (data.chunks_exact(20), 4) } else { (data.chunks_exact(18), 2) };
    let mut four = FourBits { quants: Vec::new(), scales: Vec::new(), lows: Vec::new() };
    for block in blocks {
        let scale = half_at(block, 0);
        four.quants.push(std::array::from_fn(|i| block[head + i]));
        four.scales.push(scale);
        four.lows.push(if has_low { half_at(block, 2) } else { -8.0 * scale });
    }
    four
}

/// `Q8_0` blocks are scale, 32 bytes.
#[cfg(target_arch = "x86_64")]
fn eight_bits(data: &[u8]) -> EightBits {
    let blocks = data.chunks_exact(34);
    EightBits {
        scales: blocks.clone().map(|block| half_at(block, 0)).collect(),
        quants: blocks.map(|block| std::array::from_fn(|i| block[2 + i].cast_signed())).collect(),
    }
}

#[cfg(target_arch = "x86_64")]
fn half_at(bytes: &[u8], at: usize) -> f32 {
    half::f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
}

fn by_candle(stored: &QTensor, x: &Rows<'_>, input: usize) -> Result<Vec<f32>, ModelError> {
    let layout = Layout::contiguous(Shape::from((x.count(), input)));
    // Called on the bare values: a tensor around them would cost two more copies.
    match stored.cpu_fwd(&CpuStorage::F32(x.values().to_vec()), &layout)? {
        (CpuStorage::F32(y), _) => Ok(y),
        _ => Err(ModelError::Invalid("candle answered in another type".into())),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::{Kernel, Matrix, Rows};

    fn noise(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| (((i + seed) * 7_919 % 8_191) as f32 / 4_095.5 - 1.0).powi(3)).collect()
    }

    fn stored(format: GgmlDType, output: usize, input: usize) -> QTensor {
        let values = Tensor::from_vec(noise(output * input, 5), (output, input), &Device::Cpu).unwrap();
        QTensor::quantize(&values, format).unwrap()
    }

    #[test]
    fn both_kernels_agree_with_the_product_of_the_stored_numbers() {
        for format in [GgmlDType::Q4_0, GgmlDType::Q4_1, GgmlDType::Q5_1, GgmlDType::Q8_0, GgmlDType::F16] {
            for (rows, input, output) in [(1, 32, 3), (4, 288, 16), (7, 576, 10)] {
                let x = noise(rows * input, 77);
                let exact = stored(format, output, input).dequantize(&Device::Cpu).unwrap();
                let exact: Vec<Vec<f32>> = exact.to_vec2().unwrap();
                for kernel in [Kernel::Candle, Kernel::Avx2] {
                    let matrix = Matrix::new(stored(format, output, input), kernel).unwrap();
                    let y = matrix.forward(&Rows::new(&x, input)).unwrap();
                    assert_eq!((matrix.output(), y.len()), (output, rows * output));
                    for (at, found) in y.iter().enumerate() {
                        let (x, weights) = (&x[at / output * input..][..input], &exact[at % output]);
                        let exact: f32 = x.iter().zip(weights).map(|(x, w)| x * w).sum();
                        // No activation is off by more than half a step of eight bits.
                        let step = x.iter().fold(0.0_f32, |highest, x| highest.max(x.abs())) / 127.0;
                        let bound = step / 2.0 * weights.iter().map(|w| w.abs()).sum::<f32>();
                        let off = (found - exact).abs();
                        assert!(off < 1.01 * bound + 1e-3, "{format:?} {kernel} {found} {exact}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_are_those_of_the_file() {
        for format in [GgmlDType::Q4_0, GgmlDType::Q4_1, GgmlDType::Q8_0] {
            let exact: Vec<Vec<f32>> =
                stored(format, 9, 64).dequantize(&Device::Cpu).unwrap().to_vec2().unwrap();
            for kernel in [Kernel::Candle, Kernel::Avx2] {
                let rows = Matrix::new(stored(format, 9, 64), kernel).unwrap().rows(&[8, 0, 3]).unwrap();
                for (row, id) in rows.chunks(64).zip([8, 0, 3]) {
                    assert!(
                        row.iter().zip(&exact[id]).all(|(a, b)| (a - b).abs() < 1e-5),
                        "{format:?} {kernel}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_width_without_whole_blocks_is_refused() {
        let values = Tensor::zeros((2, 33), candle_core::DType::F32, &Device::Cpu).unwrap();
        let odd = QTensor::quantize(&values, GgmlDType::F32).unwrap();
        assert!(Matrix::new(odd, Kernel::native()).is_err());
    }
}
