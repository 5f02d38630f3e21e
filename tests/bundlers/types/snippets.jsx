// The components of the page /integrate in React. A test of webkyc-frontend compares them with the page's.

export function SignUp() {
  return (
    <authenteq-button site="shop" return="done" lang="en" variant="accessible">
      <a href="https://shop.example/kyc/start?site=shop&amp;return=done">Sign Up with Authenteq</a>
    </authenteq-button>
  );
}

export function Verified() {
  return (
    <authenteq-results site="shop" return="done" lang="en" onauthenteq-verified={report}>
      <p>One moment …</p>
    </authenteq-results>
  );
}

async function report(event) {
  // The names, documents and pictures are in `verification` too.
  const { id } = event.currentTarget.verification;
  await fetch("/account/verification", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id }),
  });
}
