export default function Page() {
  return (
    <authenteq-button base-url="/kyc/">
      <a href="/kyc/start">Sign Up</a>
    </authenteq-button>
  );
}
