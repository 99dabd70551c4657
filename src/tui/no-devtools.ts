// What stands in the bundle for react-devtools-core, which Ink loads only for its own developers.

export default {};
