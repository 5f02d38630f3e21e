//! A neural network that turns one picture into tensors of floats.

use std::sync::Arc;

use image::RgbImage;
use rten::{Model, NodeId, RunOptions, ThreadPool, ValueOrView};
use rten_tensor::{NdTensor, Tensor, prelude::*};

use crate::deadline;

/// The threads of a network.
#[derive(Clone)]
pub(crate) enum Threads {
    /// Of a pool that networks share.
    Shared(Arc<ThreadPool>),
    /// One for each caller, for work that must not wait for other work.
    Beside,
}

thread_local! {
    static BESIDE: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

impl Threads {
    pub(crate) fn shared(number: usize) -> Self {
        Self::Shared(Arc::new(ThreadPool::with_num_threads(number)))
    }

    fn run<T: Send>(&self, work: impl FnOnce(Arc<ThreadPool>) -> T + Send) -> T {
        match self {
            Self::Shared(pool) => {
                let own = Arc::clone(pool);
                pool.run(|| work(own))
            }
            Self::Beside => {
                let pool = BESIDE.with(Arc::clone);
                let own = Arc::clone(&pool);
                pool.run(|| deadline::beside(|| work(own)))
            }
        }
    }
}

pub(crate) struct Network {
    model: Model,
    input: NodeId,
    outputs: Vec<NodeId>,
    threads: Threads,
}

/// A failure within the network. It names no content of the picture.
#[derive(Debug, thiserror::Error)]
#[error("a network failed: {0}")]
pub struct NetworkError(String);

/// The numbers that a network wants for black and white, and which colour comes first.
#[derive(Clone, Copy)]
pub(crate) enum Range {
    /// 0 and 255, blue first.
    Bytes,
    /// -1 and 1, blue first.
    Signed,
    /// 0 and 255, red first.
    RedFirst,
}

impl Network {
    pub(crate) fn open(content: Vec<u8>, threads: Threads) -> Result<Self, NetworkError> {
        let model = Model::load(content).map_err(|error| NetworkError(error.to_string()))?;
        let input = model.input_ids().first().copied();
        Ok(Self {
            input: input.ok_or_else(|| NetworkError("it has no input".to_owned()))?,
            outputs: model.output_ids().to_vec(),
            model,
            threads,
        })
    }

    /// The outputs for one picture, which is padded with black to `width` and `height`.
    pub(crate) fn run(
        &self,
        picture: &RgbImage,
        (width, height): (u32, u32),
        range: Range,
    ) -> Result<Vec<Tensor<f32>>, NetworkError> {
        let input = tensor(picture, (width, height), range);
        let inputs = vec![(self.input, ValueOrView::from(input.view()))];
        let outputs = self.threads.run(|pool| {
            let options = RunOptions::default().with_thread_pool(Some(pool));
            self.model.run(inputs, &self.outputs, Some(options))
        });
        let outputs = outputs.map_err(|error| NetworkError(error.to_string()))?;
        let tensors = outputs.into_iter().map(Tensor::<f32>::try_from);
        tensors
            .collect::<Result<_, _>>()
            .map_err(|_| NetworkError("its outputs are no floats".to_owned()))
    }
}

fn tensor(picture: &RgbImage, (width, height): (u32, u32), range: Range) -> NdTensor<f32, 4> {
    let value = |byte: u8| match range {
        Range::Bytes | Range::RedFirst => f32::from(byte),
        Range::Signed => f32::from(byte) / 127.5 - 1.0,
    };
    let place = |channel: usize| match range {
        Range::Bytes | Range::Signed => 2 - channel,
        Range::RedFirst => channel,
    };
    let (width, height) = (width as usize, height as usize);
    let plane = width * height;
    let mut values = vec![value(0); 3 * plane];
    for (y, row) in picture.rows().enumerate().take(height) {
        for (x, pixel) in row.enumerate().take(width) {
            for (channel, byte) in pixel.0.into_iter().enumerate() {
                values[place(channel) * plane + y * width + x] = value(byte);
            }
        }
    }
    NdTensor::from_data([1, 3, height, width], values)
}
