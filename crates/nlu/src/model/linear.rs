//! Matrix products with quantised weights, where nearly all the time goes.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Shape};

use super::ModelError;
use super::file::{File, invalid};
#[cfg(target_arch = "x86_64")]
use super::packed::Packed;

/// candle's fast kernels take widths that are a multiple of this; narrower inputs are filled up with zeros.
const WIDTH_STEP: usize = 256;

/// Who multiplies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kernel {
    /// candle: fast where the processor multiplies bytes natively (VNNI), and on ARM.
    Candle,
    /// Our own for other x86-64 processors, which need AVX2.
    Avx2,
}

impl Kernel {
    /// The faster one on this machine.
    #[must_use]
    pub fn native() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
            if !avx512 && !is_x86_feature_detected!("avxvnni") && pulp::x86::V3::try_new().is_some() {
                return Self::Avx2;
            }
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

/// `y = W x + b` for many rows at once.
pub(super) struct Linear {
    weight: Weight,
    bias: Vec<f32>,
    input: usize,
}

enum Weight {
    /// [output, width]: the input's width, filled up.
    Blocks { blocks: QTensor, width: usize },
    #[cfg(target_arch = "x86_64")]
    Packed(Packed),
}

impl Linear {
    /// Reads `NAME.weight` and `NAME.bias`.
    pub fn load(
        file: &mut File<'_>,
        name: &str,
        (output, input): (usize, usize),
        kernel: Kernel,
    ) -> Result<Self, ModelError> {
        let stored = file.tensor(&format!("{name}.weight"), &[output, input])?;
        let bias = file.values(&format!("{name}.bias"), &[output])?;
        Ok(Self { weight: Weight::new(stored, kernel)?, bias, input })
    }

    /// The product for every row of `x`.
    pub fn forward(&self, x: &[f32]) -> Result<Vec<f32>, ModelError> {
        let mut y = match &self.weight {
            Weight::Blocks { blocks, width } => by_candle(blocks, x, self.input, *width)?,
            #[cfg(target_arch = "x86_64")]
            Weight::Packed(packed) => packed.forward(x),
        };
        for row in y.chunks_exact_mut(self.bias.len()) {
            row.iter_mut().zip(&self.bias).for_each(|(y, bias)| *y += bias);
        }
        Ok(y)
    }
}

impl Weight {
    fn new(stored: QTensor, kernel: Kernel) -> Result<Self, ModelError> {
        let (_, input) = stored.shape().dims2()?;
        let width = input.next_multiple_of(WIDTH_STEP);
        if kernel == Kernel::Candle && width == input && stored.dtype() == GgmlDType::Q8_0 {
            return Ok(Self::Blocks { blocks: stored, width });
        }
        let values = stored.dequantize(&Device::Cpu)?;
        #[cfg(target_arch = "x86_64")]
        if kernel == Kernel::Avx2
            && let Some(simd) = pulp::x86::V3::try_new()
        {
            return Ok(Self::Packed(Packed::new(simd, &values.flatten_all()?.to_vec1::<f32>()?, input)));
        }
        let filled = values.pad_with_zeros(1, 0, width - input)?;
        Ok(Self::Blocks { blocks: QTensor::quantize(&filled, GgmlDType::Q8_0)?, width })
    }
}

fn by_candle(blocks: &QTensor, x: &[f32], input: usize, width: usize) -> Result<Vec<f32>, ModelError> {
    let rows = x.len() / input;
    let mut filled = Vec::with_capacity(rows * width);
    for row in x.chunks_exact(input) {
        filled.extend_from_slice(row);
        filled.resize(filled.len() + width - input, 0.0);
    }
    let layout = Layout::contiguous(Shape::from((rows, width)));
    // Called on the bare values: a tensor around them would cost two more copies.
    match blocks.cpu_fwd(&CpuStorage::F32(filled), &layout)? {
        (CpuStorage::F32(y), _) => Ok(y),
        _ => Err(invalid("candle answered in another type")),
    }
}
