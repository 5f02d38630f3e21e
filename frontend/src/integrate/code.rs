//! A piece of code in its frame, with a button that copies it.

use leptos::{html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{
    clipboard,
    highlight::{Syntax, pieces},
};
use crate::texts::integrate::CodeTexts;

/// The last copy on the whole page.
#[derive(Clone, Copy)]
pub(super) struct LastCopy {
    texts: CodeTexts,
    done: RwSignal<Option<Copied>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Copied {
    id: &'static str,
    label: &'static str,
    /// Otherwise only selected.
    in_clipboard: bool,
}

impl LastCopy {
    pub(super) fn new(texts: CodeTexts) -> Self {
        Self {
            texts,
            done: RwSignal::new(None),
        }
    }

    /// One announcement to screen readers for the whole page.
    pub(super) fn announcement(self) -> AnyView {
        let sentence = move || {
            self.done
                .get()
                .map(|copied| [self.word(copied), ": ", copied.label].concat())
        };
        let copied = move || self.done.get().map(|copied| copied.id);
        view! {
            <p class="aside-voice" role="status" data-test="announcement" data-copied=copied>
                {sentence}
            </p>
        }
        .into_any()
    }

    fn word(self, copied: Copied) -> &'static str {
        if copied.in_clipboard {
            self.texts.copied()
        } else {
            self.texts.selected()
        }
    }
}

/// A frame of code. The code scrolls inside it, also by keyboard.
pub(super) fn code(
    last: LastCopy,
    id: &'static str,
    label: &'static str,
    syntax: Syntax,
    text: Signal<String>,
) -> AnyView {
    let (label_id, button_id) = ([id, "-label"].concat(), [id, "-copy"].concat());
    let (named_by, button_named_by) = (label_id.clone(), [&button_id, " ", &label_id].concat());
    let place: NodeRef<html::Code> = NodeRef::new();
    let copy = move |_| {
        let text = text.get_untracked();
        // Emptied first, so that a second copy of the same code is announced again.
        last.done.set(None);
        spawn_local(async move {
            let in_clipboard = clipboard::write(&text).await.is_ok();
            if !in_clipboard && let Some(place) = place.get_untracked() {
                clipboard::select(&place);
            }
            last.done.set(Some(Copied {
                id,
                label,
                in_clipboard,
            }));
        });
    };
    let caption = move || match last.done.get() {
        Some(copied) if copied.id == id => last.word(copied),
        _ => last.texts.copy(),
    };
    let coloured = move || {
        let text = text.get();
        let pieces = pieces(&text, syntax).into_iter();
        pieces
            .map(|(class, piece)| view! { <span class=class>{piece.to_owned()}</span> })
            .collect_view()
    };
    view! {
        <figure class="snippet">
            <figcaption>
                <span id=label_id>{label}</span>
                <button
                    class="copy"
                    type="button"
                    id=button_id
                    aria-labelledby=button_named_by
                    data-test=["copy-", id].concat()
                    on:click=copy
                >
                    {caption}
                </button>
            </figcaption>
            <pre tabindex="0" role="group" aria-labelledby=named_by>
                <code node_ref=place translate="no" data-test=["code-", id].concat()>
                    {coloured}
                </code>
            </pre>
        </figure>
    }
    .into_any()
}
