// What people typed is not lost: leaving asks first, and nothing is sent that could not be taken.
(() => {
  let unsaved = false;
  const isGuarded = (element) => element.closest && element.closest("[data-guarded]");
  document.addEventListener("DOMContentLoaded", () => { unsaved = Boolean(document.querySelector("[data-unsaved]")); });
  document.addEventListener("input", (event) => { if (isGuarded(event.target) && event.target.name) unsaved = true; });
  document.addEventListener("submit", (event) => { if (isGuarded(event.target)) unsaved = false; });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-leaves]")) unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // A form with something typed is sent once it is known that its sender is still signed in.
  const known = document.currentScript.dataset;
  const asking = new WeakSet(), sent = new WeakSet();
  const isTyped = (form) => form.getAttribute("method") === "post" && !form.dataset.passkey && form.querySelector("input:not([type=hidden]), select, textarea");
  const ask = async () => {
    const answer = await fetch(known.session, { redirect: "manual", cache: "no-store" });
    return answer.ok ? answer.json() : {};
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target, submitter = event.submitter;
    if (sent.delete(form) || !isTyped(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking.has(form)) return;
    asking.add(form);
    let session = null;
    try { session = await ask(); } catch (error) { /* nobody answers */ }
    asking.delete(form);
    if (session && session.username === known.username) {
      form.elements.csrfmiddlewaretoken.value = session.token; // signing in again changed it
      sent.add(form);
      form.requestSubmit(submitter);
    } else {
      tell(form, session);
    }
  }, true);

  function tell(form, session) {
    let told = form.querySelector("[data-not-sent]");
    if (!told) {
      told = document.createElement("div");
      told.className = "alert alert-danger";
      told.tabIndex = -1;
      told.setAttribute("role", "alert");
      told.dataset.notSent = "";
      form.prepend(told);
    }
    told.textContent = session
      ? `You are not signed in as ${known.username} any more, so nothing was sent. What you typed still stands here. `
      : "Taskforce does not answer, so nothing was sent. What you typed still stands here: try again in a moment.";
    if (session) {
      const link = document.createElement("a");
      Object.assign(link, { href: known.signIn, target: "_blank", textContent: "Sign in in another window" });
      told.append(link, ", then press the button again.");
    }
    told.focus();
    told.scrollIntoView({ block: "center" });
  }
})();
