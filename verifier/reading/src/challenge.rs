//! The words of a challenge: where to look, and why it failed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the visitor is asked to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Prompt {
    /// The visitor's own left.
    Left,
    /// The visitor's own right.
    Right,
    /// Straight ahead, for a moment.
    Centre,
}

/// Why a challenge failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Miss {
    /// The head turned to the other side, or went on turning where it had to rest.
    WrongWay,
    /// The movement began before anybody could have followed the prompt.
    TooSoon,
    /// The time for a prompt, or for all, was over.
    TooLong,
    /// The stream of frames stopped for a moment.
    Gap,
    /// The frames are not numbered one after the other.
    OutOfOrder,
    /// No face was seen for a while.
    NoFace,
    /// Two faces were seen.
    TwoFaces,
    /// The face was elsewhere in the next frame.
    Jump,
    /// The face was much nearer or farther away in the next frame.
    Distance,
    /// The face became another.
    OtherFace,
}
