export default function Page() {
  return <authenteq-results base-url="/kyc/" />;
}
