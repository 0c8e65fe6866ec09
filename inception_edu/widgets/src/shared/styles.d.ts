// What a build makes of an imported style sheet.
declare module "*.css" {
  const text: string;
  export default text;
}
