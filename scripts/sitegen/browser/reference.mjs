// Shows the document in Scalar, configured to fetch nothing.

globalThis.Scalar.createApiReference("#app", {
  content: globalThis.openapi,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  hideTestRequestButton: true,
  orderRequiredPropertiesFirst: false,
  orderSchemaPropertiesBy: "preserve",
  showDeveloperTools: "never",
  telemetry: false,
  withDefaultFonts: false,
});
