// As most projects have it: style sheets go through css-loader.
export default {
  mode: "production",
  context: import.meta.dirname,
  entry: "./main.js",
  output: { filename: "main.js" },
  module: { rules: [{ test: /\.css$/, use: ["style-loader", "css-loader"] }] },
};
