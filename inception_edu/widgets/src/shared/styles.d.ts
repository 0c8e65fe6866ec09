// What a build makes of an imported style sheet, and of a script for a worker.
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*?worker" {
  const text: string;
  export default text;
}
