/** The elements in JSX of React 18 and 19: `import type {} from "authenteq-elements/react"`. */

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type {
  AuthenteqButtonElement,
  AuthenteqButtonEventMap,
  AuthenteqResultsElement,
  AuthenteqResultsEventMap,
  AuthenteqVariant,
} from "./elements.js";

/** React 19 listens by attributes such as `onauthenteq-error`; with React 18, add the listener by a `ref`. */
type Listeners<Events> = {
  [Name in Extract<keyof Events, `authenteq-${string}`> as `on${Name}`]?: (event: Events[Name]) => void;
};

type AuthenteqProps<Element, Events> = DetailedHTMLProps<HTMLAttributes<Element>, Element> &
  Listeners<Events> & {
    "base-url"?: string;
    site?: string;
    return?: string;
  };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "authenteq-button": AuthenteqProps<AuthenteqButtonElement, AuthenteqButtonEventMap> & {
        "sign-up"?: string;
        variant?: AuthenteqVariant;
        disabled?: boolean;
      };
      "authenteq-results": AuthenteqProps<AuthenteqResultsElement, AuthenteqResultsEventMap>;
    }
  }
}
