//! Memory for the body of one answer.

use std::io;

use bytes::Bytes;
use memmap2::MmapMut;

/// Buffers of this many bytes or more are mapped from the system and returned to it at once.
/// Allocators keep freed memory for reuse: hundreds of megabytes after a rush of large answers.
const LARGE: usize = 256 << 10;

/// The size of large pages on x86-64 and most other systems.
const HUGE_PAGE: usize = 2 << 20;

pub(super) struct Buffer {
    memory: Memory,
    room: usize,
    /// The number of filled bytes.
    length: usize,
}

enum Memory {
    Small(Vec<u8>),
    Large(MmapMut),
}

impl Buffer {
    /// A buffer of exactly this many bytes.
    ///
    /// # Errors
    /// When the system has no more memory.
    pub(super) fn new(room: usize) -> io::Result<Self> {
        let memory = match room {
            ..LARGE => Memory::Small(vec![0; room]),
            _ => Memory::Large(map(room)?),
        };
        Ok(Self {
            memory,
            room,
            length: 0,
        })
    }

    /// Moves the content to a larger buffer.
    ///
    /// # Errors
    /// When the system has no more memory.
    pub(super) fn with_room(&self, room: usize) -> io::Result<Self> {
        let mut larger = Self::new(room)?;
        larger.push(self.as_ref());
        Ok(larger)
    }

    /// Appends the bytes that fit; returns whether all of them did.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        let end = self.length + bytes.len();
        if end > self.room {
            return false;
        }
        let memory = match &mut self.memory {
            Memory::Small(memory) => &mut memory[..],
            Memory::Large(memory) => &mut memory[..],
        };
        memory[self.length..end].copy_from_slice(bytes);
        self.length = end;
        true
    }

    /// The pushed bytes. They keep `keep` alive as long as any of them is in use.
    pub(super) fn into_bytes<Keep: Send + 'static>(self, keep: Keep) -> Bytes {
        held(self, keep)
    }
}

/// Bytes that keep another value alive until the last of them is dropped.
pub(super) fn held<Memory, Keep>(memory: Memory, keep: Keep) -> Bytes
where
    Memory: AsRef<[u8]> + Send + 'static,
    Keep: Send + 'static,
{
    struct Held<Memory, Keep>(Memory, Keep);

    impl<Memory: AsRef<[u8]>, Keep> AsRef<[u8]> for Held<Memory, Keep> {
        fn as_ref(&self) -> &[u8] {
            self.0.as_ref()
        }
    }

    Bytes::from_owner(Held(memory, keep))
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        let memory = match &self.memory {
            Memory::Small(memory) => &memory[..],
            Memory::Large(memory) => &memory[..],
        };
        &memory[..self.length]
    }
}

impl AsMut<[u8]> for Buffer {
    fn as_mut(&mut self) -> &mut [u8] {
        let memory = match &mut self.memory {
            Memory::Small(memory) => &mut memory[..],
            Memory::Large(memory) => &mut memory[..],
        };
        &mut memory[..self.length]
    }
}

/// Maps memory in large pages if possible: each page costs about as much as reading four kilobytes.
fn map(room: usize) -> io::Result<MmapMut> {
    let whole = room - room % HUGE_PAGE;
    if whole == 0 {
        return MmapMut::map_anon(room);
    }
    // Large pages start at multiples of their size. The mapping does too only if its length is such
    // a multiple.
    let memory = MmapMut::map_anon(room.next_multiple_of(HUGE_PAGE))?;
    #[cfg(target_os = "linux")]
    {
        use memmap2::Advice;
        // A system without large pages uses small ones. Little of the last page may be filled.
        let _ = memory.advise_range(Advice::HugePage, 0, whole);
        let _ = memory.advise_range(Advice::NoHugePage, whole, memory.len() - whole);
    }
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there_and_no_more_than_there_is_room_for() {
        for room in [10, LARGE + 10, HUGE_PAGE, HUGE_PAGE + 10] {
            let bytes = vec![7; room - 3];
            let mut buffer = Buffer::new(room).unwrap();
            assert!(buffer.push(&bytes));
            assert!(!buffer.push(b"1234"));
            let mut buffer = buffer.with_room(room + 1).unwrap();
            assert!(buffer.push(b"1234"));
            assert_eq!(buffer.into_bytes(()), [&bytes[..], b"1234"].concat());
        }
    }
}
