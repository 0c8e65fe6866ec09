// Builds the widgets' front ends: every src/NAME.js, with what it alone imports, becomes one static/NAME.js, and what
// all of them import, the modules in src/shared/, becomes static/shared.js, which a page carries once.
//
//   node inception_edu/widgets/build.js            write static/
//   node inception_edu/widgets/build.js --check    write nothing; fail where static/ is not what src/ makes
//
// Two more arguments name other folders to read from and to write into.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
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

const OPTIONS = /** @type {const} */ ({
  bundle: true,
  minify: true,
  write: false,
  platform: "browser", // "</script" in a string is escaped, so that it cannot end the script in a page
  target: "es2022",
  supported: { "template-literal": false }, // raw templates become strings, in which every sign can be escaped
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent", // what is wrong is said once, at the end
});

/**
 * Builds a text that imports modules of a folder.
 *
 * @param {string} folder
 * @param {string} contents
 * @param {import("esbuild").BuildOptions} more
 */
async function built(folder, contents, more) {
  const stdin = { contents, resolveDir: folder, sourcefile: "page.js" };
  const made = await build({ ...OPTIONS, plugins: [STYLES, WORKERS], ...more, stdin });
  const [{ text }] = /** @type {import("esbuild").OutputFile[]} */ (made.outputFiles);
  return text.replaceAll("<!--", "\\x3C!--"); // in a page it would begin what "</script" does not end
}

/**
 * What the front ends of a folder share: a script that keeps its modules under a name of the page's. The name is made of
 * what they say, so that a notebook that was run with two versions of the package has both.
 *
 * @param {string} folder where the sources are; its folder "shared" and the book's own host are what is shared
 */
async function together(folder) {
  const own = (await modules(join(folder, "shared")).catch(() => [])).map((file) => join(folder, "shared", file));
  const files = [...new Set([...own, HOST])];
  const lines = files.map((path) => `export * as ${key(path)} from ${JSON.stringify(path)};`);
  const text = await built(folder, lines.join("\n"), { format: "iife", globalName: "shared" });
  const name = `inception_${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
  return { name, files, text: `globalThis.${name} ??= (() => { ${text} return shared; })();\n` };
}

const HOST = join(HERE, "src/shared/host.js");

/** What a shared module is called among the others. @param {string} path */
function key(path) {
  return basename(path, ".js");
}

/**
 * The text of a front end as it ships, to be run after what it shares. Beside its default export, which a live notebook
 * uses, it gives life to the places of a page that wait for it, so that one file serves both.
 *
 * @param {string} folder where the sources are
 * @param {string} name of the front end: its file without ".js"
 * @param {Awaited<ReturnType<typeof together>>} shared
 */
function bundle(folder, name, shared) {
  const contents = `
    import front from "./${name}.js";
    import { mountAll } from ${JSON.stringify(HOST)};
    mountAll(${JSON.stringify(name)}, front);
    export default front;`;
  /** @type {import("esbuild").Plugin} */
  const there = {
    name: "shared",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.js$/ }, ({ path, importer, resolveDir }) => {
        const file = resolve(importer.startsWith("/") ? dirname(importer) : resolveDir, path);
        return shared.files.includes(file) ? { path: file, namespace: "shared" } : undefined;
      });
      onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
        contents: `module.exports = globalThis.${shared.name}.${key(path)};`,
      }));
    },
  };
  return built(folder, contents, { format: "esm", plugins: [there, STYLES, WORKERS] });
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
  const folder = resolve(from);
  const shared = await together(folder);
  const texts = new Map([["shared.js", shared.text]]);
  for (const file of await modules(from)) texts.set(file, await bundle(folder, basename(file, ".js"), shared));
  const wrong = (await modules(into)).filter((file) => !texts.has(file));
  for (const [file, text] of texts) {
    const path = join(into, file);
    if (!check) await writeFile(path, text);
    else if ((await readFile(path, "utf8").catch(() => null)) !== text) wrong.push(file);
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
