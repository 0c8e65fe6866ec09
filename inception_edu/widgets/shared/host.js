// A page without a kernel: the smallest model that a front end can live on, and the mounting of it.

class StillModel {
  constructor(state) {
    this.still = true;
    this.state = state;
    this.handlers = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    for (const handler of this.handlers[`change:${name}`] ?? []) handler();
  }
  on(event, handler) {
    (this.handlers[event] ??= []).push(handler);
  }
  off(event, handler) {
    this.handlers[event] = (this.handlers[event] ?? []).filter((h) => h !== handler);
  }
  save_changes() {}
  send() {}
}

/** Give life to every place in the page that waits for this module with this state. */
export function mount(module, token, state) {
  for (const el of document.querySelectorAll(`[data-host="${token}"]`)) {
    el.removeAttribute("data-host");
    module.render({ model: new StillModel(structuredClone(state)), el });
  }
}
