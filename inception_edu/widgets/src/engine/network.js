// A network that Python wrote as JSON (inception_edu.widgets.portable), with its weights read.

/** @param {string} base64 */
const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer;

/**
 * @typedef {object} Portable
 * @property {number} channels
 * @property {number} size
 * @property {[name: string, node: any][]} rows
 * @property {{bits: number, data: string, fine: string}} weights
 *
 * @typedef {{channels: number, size: number, rows: {name: string, node: any}[]}} Network
 *
 * @param {Portable} portable
 * @returns {Network}
 */
export function read({ channels, size, rows, weights }) {
  const data = weights.bits === 8 ? new Int8Array(bytes(weights.data)) : new Float32Array(bytes(weights.data));
  const fine = new Float32Array(bytes(weights.fine));
  let [coarse, single] = [0, 0];
  /** @param {any} node @returns {any} */
  const filled = (node) => {
    if (node.parts) return { ...node, parts: node.parts.map(filled) };
    if (node.branches) {
      const each = Object.entries(node.branches).map(([name, branch]) => [name, filled(branch)]);
      return { ...node, branches: Object.fromEntries(each) };
    }
    if (node.op === "residual") return { ...node, body: filled(node.body), shortcut: filled(node.shortcut) };
    if (!node.out) return node;
    const [tall, wide] = node.kernel ?? [1, 1];
    const start = coarse;
    coarse += node.out * node.in * tall * wide;
    single += 2 * node.out;
    return {
      ...node,
      weights: Float32Array.from(data.subarray(start, coarse)),
      scale: fine.subarray(single - 2 * node.out, single - node.out),
      bias: fine.subarray(single - node.out, single),
    };
  };
  return { channels, size, rows: rows.map(([name, node]) => ({ name, node: filled(node) })) };
}
