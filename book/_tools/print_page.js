// Makes a page of the built book ready for print, in the browser that shows it: what folds is open, what moves is a
// picture's place, solutions come apart, and every name and link is made one of the whole book's.

/**
 * @param {{name: string, printed: string[], online: string}} page its file below the book's folder, the files that are
 *   printed, and the address of the book online
 */
(page) => {
  const article = /** @type {HTMLElement} */ (document.querySelector("article.bd-article, main article"));
  const key = (name) => name.replace(/\.html$/, "").replace(/[^\w-]+/g, "-");
  const here = key(page.name);

  const dropped =
    ".headerlink, .copybtn, details.hide, .claims-filter, [data-widget=progress], .prev-next-area, script, noscript";
  for (const element of article.querySelectorAll(dropped)) element.remove();

  // What one answers in the page is room to write in the book.
  for (const field of article.querySelectorAll('[data-widget="exercise"], [data-widget="quiz"]')) {
    for (const input of field.querySelectorAll("input, textarea, select")) {
      const room = document.createElement("span");
      room.className = input.matches("[type=radio], [type=checkbox]") ? "print-box" : "print-room";
      input.replaceWith(room);
    }
    const parts = field.querySelectorAll(".iw-prompt, .iw-answer, .iw-options, table");
    const room = document.createElement("div");
    room.className = "print-field";
    room.append(...[...parts].filter((part) => !part.parentElement?.closest(".iw-options, table")));
    field.replaceWith(room);
  }
  for (const picture of article.querySelectorAll("[data-picture]")) {
    const figure = document.createElement("figure");
    figure.className = "print-widget";
    const address = `${page.online}${page.name}`;
    const title = picture.querySelector("h3, h4, .iw-title")?.textContent?.trim() || "This widget";
    figure.innerHTML = `<img src="${picture.getAttribute("data-picture")}" alt=""><figcaption></figcaption>`;
    const caption = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));
    caption.append(`${title.replace(/[.:]$/, "")}. It moves at `);
    caption.innerHTML += `<a class="print-outside" href="${address}">${address.replace(/^https:\/\//, "")}</a>`;
    picture.replaceWith(figure);
  }

  // Every name gets the page's before it, links within the book go to the names, all others stay.
  const prefixed = (id) => `${here}--${id}`;
  for (const element of article.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      const { name, value } = attribute;
      if (name === "id") attribute.value = prefixed(value);
      else if (value.includes("url(#"))
        attribute.value = value.replace(/url\(#([^)]+)\)/g, (_, id) => `url(#${prefixed(id)})`);
      else if (/^(xlink:)?href$/.test(name) && value.startsWith("#") && !element.matches("a")) attribute.value = `#${prefixed(value.slice(1))}`;
    }
  }
  const folder = new URL(".", new URL(location.href.slice(0, -page.name.length) || location.href));
  for (const link of article.querySelectorAll("a[href]")) {
    const to = new URL(link.getAttribute("href") ?? "", location.href);
    if (!to.href.startsWith(folder.href)) continue;
    const file = to.pathname.slice(folder.pathname.length);
    if (!page.printed.includes(file)) link.setAttribute("href", `${page.online}${file}${to.search}${to.hash}`);
    else link.setAttribute("href", to.hash ? `#${key(file)}--${to.hash.slice(1)}` : `#${key(file)}`);
  }

  const solutions = [...article.querySelectorAll("details.solution")].map((solution) => {
    const heading = solution.parentElement?.querySelector("h3");
    const text = { title: heading?.textContent ?? "", of: heading?.parentElement?.id ?? "", html: "" };
    solution.querySelector("summary")?.remove();
    text.html = solution.innerHTML;
    const pointer = document.createElement("p");
    pointer.className = "print-pointer";
    pointer.innerHTML = `<a href="#solution-${text.of}">Solution</a>`;
    solution.replaceWith(pointer);
    return text;
  });
  for (const folded of article.querySelectorAll("details")) {
    const open = document.createElement("div");
    open.className = "print-open";
    open.append(...folded.childNodes);
    for (const summary of open.querySelectorAll(":scope > summary")) {
      const title = document.createElement("p");
      title.className = "print-summary";
      title.append(...summary.childNodes);
      summary.replaceWith(title);
    }
    folded.replaceWith(open);
  }
  const title = article.querySelector("h1")?.textContent ?? page.name;
  return { key: here, title, html: article.innerHTML, solutions };
};
