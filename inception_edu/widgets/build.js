// Builds the widgets' front ends: every src/NAME.js, with all that it imports, becomes one static/NAME.js.
//
//   node inception_edu/widgets/build.js            write static/
//   node inception_edu/widgets/build.js --check    write nothing; fail where static/ is not what src/ makes
//
// Two more arguments name other folders to read from and to write into.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A style sheet, with those that it imports, is a string, minified as the code is. @type {import("esbuild").Plugin} */
const STYLES = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const sheet = { entryPoints: [path], bundle: true, minify: true, write: false, charset: "utf8" };
      const { outputFiles } = await build(/** @type {{write: false}} */ (sheet));
      return { contents: outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

/** What is imported as "NAME.js?worker" is the text of a script that needs nothing else. @type {import("esbuild").Plugin} */
const WORKERS = {
  name: "workers",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.js\?worker$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace("?worker", "")),
      namespace: "worker",
    }));
    onLoad({ filter: /.*/, namespace: "worker" }, async ({ path }) => {
      const script = {
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        target: "es2022",
      };
      const { outputFiles } = await build(/** @type {{write: false}} */ (script));
      return { contents: outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

/**
 * The text of a front end as it ships. Beside its default export, which a live notebook uses, it gives life to
 * the places of a page that wait for it, so that one file serves both.
 *
 * @param {string} folder where the sources are
 * @param {string} name of the front end: its file without ".js"
 */
export async function bundle(folder, name) {
  const contents = `
    import front from "./${name}.js";
    import { mountAll } from ${JSON.stringify(join(HERE, "src/shared/host.js"))};
    mountAll(${JSON.stringify(name)}, front);
    export default front;`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, sourcefile: `${name}.page.js` },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser", // "</script" in a string is escaped, so that it cannot end the script in a page
    target: "es2022",
    supported: { "template-literal": false }, // raw templates become strings, in which every sign can be escaped
    charset: "utf8",
    legalComments: "none",
    plugins: [STYLES, WORKERS],
    logLevel: "silent", // what is wrong is said once, at the end
  });
  return outputFiles[0].text.replaceAll("<!--", "\\x3C!--"); // in a page it would begin what "</script" does not end
}

/** The names of files in a folder that are modules. @param {string} folder */
async function modules(folder) {
  return (await readdir(folder)).filter((file) => file.endsWith(".js")).sort();
}

/** Builds all of one folder into another; with `check`, says which files are not what they should be. */
async function main() {
  const words = process.argv.slice(2);
  const check = words.includes("--check");
  const [from = join(HERE, "src"), into = join(HERE, "static")] = words.filter((word) => word !== "--check");
  const files = await modules(from);
  const built = await Promise.all(files.map((file) => bundle(resolve(from), basename(file, ".js"))));
  const wrong = (await modules(into)).filter((file) => !files.includes(file));
  for (const [i, file] of files.entries()) {
    const path = join(into, file);
    if (!check) await writeFile(path, built[i]);
    else if ((await readFile(path, "utf8").catch(() => null)) !== built[i]) wrong.push(file);
  }
  if (!check) await Promise.all(wrong.map((file) => rm(join(into, file))));
  else if (wrong.length) {
    console.error(`Not what their sources make: ${wrong.join(", ")} in ${into}. Run: make widgets`);
    process.exitCode = 1;
  }
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
