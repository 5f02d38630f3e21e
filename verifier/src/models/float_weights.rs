//! Writes a model's quantised weights out as floats, in memory.
//!
//! YuNet is block-quantised: `DequantizeLinear` with `block_size`, which `rten` 0.27 does not run. Scales and
//! zero points are constants, so the result is one too. Its input is made to take pictures of any size.

use std::collections::{HashMap, HashSet};

use rten_onnx::{
    onnx::{DataType, GraphProto, ModelProto, NodeProto, TensorProto},
    protobuf::{DecodeMessage, EncodeMessage, ProtobufError, ValueReader, ValueWriter},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum RewriteError {
    #[error(transparent)]
    Protobuf(#[from] ProtobufError),
    #[error("it has no graph")]
    NoGraph,
    #[error("the quantised weight {0} is incomplete")]
    Weight(String),
}

/// The same model with weights in floats.
pub(super) fn rewrite(model: &[u8]) -> Result<Vec<u8>, RewriteError> {
    let mut model = ModelProto::decode(ValueReader::from_buf(model))?;
    let graph = model.graph.as_mut().ok_or(RewriteError::NoGraph)?;
    dequantise(graph)?;
    forget_sizes(graph);
    let mut bytes = Vec::new();
    model.encode(ValueWriter::new(&mut bytes))?;
    Ok(bytes)
}

/// A weight in floats, with its shape.
struct Weight {
    shape: Vec<i64>,
    values: Vec<f32>,
}

fn dequantise(graph: &mut GraphProto) -> Result<(), RewriteError> {
    let constants = std::mem::take(&mut graph.initializer);
    let constants: HashMap<String, TensorProto> = constants
        .into_iter()
        .filter_map(|tensor| Some((tensor.name.clone()?, tensor)))
        .collect();
    let mut weights = HashMap::<String, Weight>::new();
    let mut nodes = Vec::new();
    for mut node in std::mem::take(&mut graph.node) {
        let input = node.input.first().cloned().unwrap_or_default();
        let output = node.output.first().cloned().unwrap_or_default();
        match node.op_type.as_deref() {
            Some("DequantizeLinear") if constants.contains_key(&input) => {
                let weight = dequantised(&node, &constants);
                let weight = weight.ok_or(RewriteError::Weight(input))?;
                weights.insert(output, weight);
            }
            // The blocks are of a flattened weight; this is its shape again.
            Some("Reshape") if weights.contains_key(&input) => {
                let weight = weights.remove(&input).zip(constants.get(&node.input[1]));
                let weight = weight.and_then(|(weight, shape)| {
                    Some(Weight {
                        shape: integers(shape)?,
                        ..weight
                    })
                });
                weights.insert(output, weight.ok_or(RewriteError::Weight(input))?);
            }
            // It drops nothing once training is over, and `rten` does not know it.
            Some("Dropout") => {
                node.op_type = Some("Identity".to_owned());
                node.input.truncate(1);
                node.output.truncate(1);
                node.attribute.clear();
                nodes.push(node);
            }
            _ => nodes.push(node),
        }
    }
    let used: HashSet<&String> = nodes.iter().flat_map(|node| &node.input).collect();
    let kept = constants
        .into_iter()
        .filter(|(name, _)| used.contains(name));
    graph.initializer = kept.map(|(_, tensor)| tensor).collect();
    graph.initializer.extend(weights.into_iter().map(tensor));
    graph.node = nodes;
    Ok(())
}

/// `(x - zero point) * scale`, where each block along an axis has its own scale
/// (<https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html>).
fn dequantised(node: &NodeProto, constants: &HashMap<String, TensorProto>) -> Option<Weight> {
    let constant = |at: usize| node.input.get(at).and_then(|name| constants.get(name));
    let number = |name: &str| {
        let mut attributes = node.attribute.iter();
        let attribute = attributes.find(|it| it.name.as_deref() == Some(name))?;
        usize::try_from(attribute.i?).ok()
    };
    let quantised = constant(0)?;
    let (values, scales) = (floats(quantised)?, floats(constant(1)?)?);
    let zeros = match constant(2) {
        Some(zeros) => floats(zeros)?,
        None => vec![0.0; scales.len()],
    };
    let axis = number("axis").unwrap_or(1);
    let block = number("block_size").filter(|size| *size > 0);
    let length = usize::try_from(*quantised.dims.get(axis)?).ok()?;
    let inner: i64 = quantised.dims[axis + 1..].iter().product();
    let inner = usize::try_from(inner).ok()?;
    let scale_of = |at: usize| {
        let (outer, along, within) = (at / (length * inner), at / inner % length, at % inner);
        match block {
            _ if scales.len() == 1 => 0,
            Some(block) => (outer * length.div_ceil(block) + along / block) * inner + within,
            None => along,
        }
    };
    let value = |(at, value): (usize, f32)| {
        let scale = scale_of(at);
        Some((value - zeros.get(scale)?) * scales.get(scale)?)
    };
    Some(Weight {
        shape: quantised.dims.clone(),
        values: values
            .into_iter()
            .enumerate()
            .map(value)
            .collect::<Option<_>>()?,
    })
}

fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    if !tensor.float_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let raw = tensor.raw_data.as_ref()?.borrow();
    match tensor.data_type? {
        DataType::FLOAT => {
            let numbers = raw.as_chunks().0.iter();
            Some(numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect())
        }
        DataType::UINT8 => Some(raw.iter().map(|byte| f32::from(*byte)).collect()),
        DataType::INT8 => Some(
            raw.iter()
                .map(|byte| f32::from(byte.cast_signed()))
                .collect(),
        ),
        _ => None,
    }
}

fn integers(tensor: &TensorProto) -> Option<Vec<i64>> {
    if !tensor.int64_data.is_empty() {
        return Some(tensor.int64_data.clone());
    }
    let raw = tensor.raw_data.as_ref()?.borrow();
    let numbers = raw.as_chunks().0.iter();
    Some(numbers.map(|bytes| i64::from_le_bytes(*bytes)).collect())
}

fn tensor((name, weight): (String, Weight)) -> TensorProto {
    let bytes: Vec<u8> = weight
        .values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    TensorProto {
        name: Some(name),
        dims: weight.shape,
        data_type: Some(DataType::FLOAT),
        raw_data: Some(bytes.into()),
        ..TensorProto::default()
    }
}

/// Inputs that are constants are none; sizes of the others, and of what is between, are forgotten.
fn forget_sizes(graph: &mut GraphProto) {
    let constants: HashSet<&String> = graph
        .initializer
        .iter()
        .filter_map(|tensor| tensor.name.as_ref())
        .collect();
    graph.input.retain(|input| {
        input
            .name
            .as_ref()
            .is_none_or(|name| !constants.contains(name))
    });
    graph.value_info.clear();
    for value in graph.input.iter_mut().chain(&mut graph.output) {
        if let Some(tensor) = value.r#type.as_mut().and_then(|it| it.tensor_type.as_mut()) {
            tensor.shape = None;
        }
    }
}
