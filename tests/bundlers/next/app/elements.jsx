"use client";

// On a server this does nothing.
import "authenteq-elements";

export function Elements() {
  return null;
}
