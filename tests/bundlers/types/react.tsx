import type {} from "authenteq-elements/react";
import type { AuthenteqButtonElement } from "authenteq-elements";
import { createRef } from "react";

const button = createRef<AuthenteqButtonElement>();

export const page = (
  <>
    <authenteq-button ref={button} base-url="/kyc/" site="shop" variant="brand" disabled={false} onClick={() => {}}>
      <a href="/kyc/start">Sign Up</a>
    </authenteq-button>
    <authenteq-results onauthenteq-verified={(event) => event.detail.expiresAt.toFixed()} />
  </>
);

// @ts-expect-error There is no such attribute.
export const wrong = <authenteq-button sitte="shop" />;
