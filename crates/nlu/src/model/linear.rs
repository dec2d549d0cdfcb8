//! Matrix products with quantised weights.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Shape};

use super::ModelError;
use super::file::{File, invalid};

/// candle's fast kernels take widths that are a multiple of this; narrower inputs are filled up with zeros.
const WIDTH_STEP: usize = 256;

/// The format of the large matrices that candle computes fastest on this machine. The file holds `Q8_0`; candle has a
/// fast path for it only where the processor multiplies bytes natively (VNNI), and everywhere on ARM. Other x86-64
/// machines compute `Q6K` about as exactly and several times faster.
pub(super) fn native_precision() -> GgmlDType {
    #[cfg(target_arch = "x86_64")]
    {
        let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
        let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        if avx2 && !avx512 && !is_x86_feature_detected!("avxvnni") {
            return GgmlDType::Q6K;
        }
    }
    GgmlDType::Q8_0
}

/// `y = W x + b` for many rows at once.
pub(super) struct Linear {
    weight: QTensor,
    bias: Vec<f32>,
    input: usize,
    /// `input`, filled up.
    width: usize,
}

impl Linear {
    /// Reads `NAME.weight` and `NAME.bias`.
    pub fn load(
        file: &mut File<'_>,
        name: &str,
        (output, input): (usize, usize),
        precision: GgmlDType,
    ) -> Result<Self, ModelError> {
        let weight = file.tensor(&format!("{name}.weight"), &[output, input])?;
        let bias = file.values(&format!("{name}.bias"), &[output])?;
        let width = input.next_multiple_of(WIDTH_STEP);
        let weight = if width == input && weight.dtype() == precision {
            weight
        } else {
            let values = weight.dequantize(&Device::Cpu)?;
            QTensor::quantize(&values.pad_with_zeros(1, 0, width - input)?, precision)?
        };
        Ok(Self { weight, bias, input, width })
    }

    /// The product for every row of `x`.
    pub fn forward(&self, x: &[f32]) -> Result<Vec<f32>, ModelError> {
        let rows = x.len() / self.input;
        let mut filled = Vec::with_capacity(rows * self.width);
        for row in x.chunks_exact(self.input) {
            filled.extend_from_slice(row);
            filled.resize(filled.len() + self.width - self.input, 0.0);
        }
        let layout = Layout::contiguous(Shape::from((rows, self.width)));
        let (product, _) = self.weight.cpu_fwd(&CpuStorage::F32(filled), &layout)?;
        let CpuStorage::F32(mut y) = product else {
            return Err(invalid("candle answered in another type"));
        };
        for row in y.chunks_exact_mut(self.bias.len()) {
            row.iter_mut().zip(&self.bias).for_each(|(y, bias)| *y += bias);
        }
        Ok(y)
    }
}
