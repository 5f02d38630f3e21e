import { Elements } from "./elements";

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Elements />
        {children}
      </body>
    </html>
  );
}
