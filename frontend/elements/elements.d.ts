/** Registers both elements; importing it is all there is to do. Without a DOM it does nothing. */

/** How the button looks: the official colours, or the same with a caption of more contrast. */
export type AuthenteqVariant = "brand" | "accessible";

/** Detail of `authenteq-start`: the keys that go along to the portal. */
export interface AuthenteqStartDetail {
  readonly site: string | null;
  readonly return: string | null;
}

/** Detail of `authenteq-verified`. No personal data: read `verification` of the element. */
export interface AuthenteqVerifiedDetail {
  readonly sessionId: string;
  /** When the data can no longer be fetched, in seconds since 1970. */
  readonly expiresAt: number;
}

/** Detail of `authenteq-ended`: why the data is no longer shown. */
export interface AuthenteqEndedDetail {
  readonly reason: "logout" | "expired" | "left";
}

/** Detail of `authenteq-error`. */
export interface AuthenteqErrorDetail {
  readonly code: string;
  /** What the visitor sees and may tell the support; begins with the code. */
  readonly supportCode: string;
}

/** The events of the button. */
export interface AuthenteqButtonEventMap extends HTMLElementEventMap {
  /** Before the browser leaves; `preventDefault()` keeps it here. */
  "authenteq-start": CustomEvent<AuthenteqStartDetail>;
  "authenteq-error": CustomEvent<AuthenteqErrorDetail>;
}

/** The events of the results. */
export interface AuthenteqResultsEventMap extends HTMLElementEventMap {
  "authenteq-verified": CustomEvent<AuthenteqVerifiedDetail>;
  "authenteq-error": CustomEvent<AuthenteqErrorDetail>;
  "authenteq-ended": CustomEvent<AuthenteqEndedDetail>;
}

/** The data as in `GET /api/details`. */
export interface AuthenteqVerification {
  readonly [member: string]: unknown;
}

/** `<authenteq-button>` */
export interface AuthenteqButtonElement extends HTMLElement {
  /** Where the portal is; required from the package, else the folder of `elements.js`. */
  baseUrl: string | null;
  /** The key of a site that the portal's configuration knows. */
  site: string | null;
  /** The key of an address of that site, to return to. */
  return: string | null;
  /**
   * The handle of a sign-up that the site's server created: what stands behind `#sign_up=` in its address. The
   * button then leads to the portal's page that says what the site will store; `site` and `return` are ignored.
   */
  signUp: string | null;
  /** `en` or `de`; the language of the page or the browser unless it is given. */
  lang: string;
  variant: AuthenteqVariant;
  disabled: boolean;

  addEventListener<K extends keyof AuthenteqButtonEventMap>(
    type: K,
    listener: (this: AuthenteqButtonElement, event: AuthenteqButtonEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof AuthenteqButtonEventMap>(
    type: K,
    listener: (this: AuthenteqButtonElement, event: AuthenteqButtonEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** `<authenteq-results>` */
export interface AuthenteqResultsElement extends HTMLElement {
  /** Where the portal is; required from the package, else the folder of `elements.js`. */
  baseUrl: string | null;
  /** The key of a site that the portal's configuration knows. */
  site: string | null;
  /** The key of an address of that site, to return to. */
  return: string | null;
  /** `en` or `de`; the language of the page or the browser unless it is given. */
  lang: string;
  /** The data while it is shown. */
  readonly verification: AuthenteqVerification | null;

  addEventListener<K extends keyof AuthenteqResultsEventMap>(
    type: K,
    listener: (this: AuthenteqResultsElement, event: AuthenteqResultsEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof AuthenteqResultsEventMap>(
    type: K,
    listener: (this: AuthenteqResultsElement, event: AuthenteqResultsEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "authenteq-button": AuthenteqButtonElement;
    "authenteq-results": AuthenteqResultsElement;
  }
}
