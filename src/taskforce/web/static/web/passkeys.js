// A passkey is made, or signs in: the browser asks its owner, and what it answers goes into the form.
(() => {
  const form = document.querySelector("[data-passkey]");
  const asked = document.getElementById("passkey-options");
  if (!form || !asked) return;
  const { publicKey } = JSON.parse(asked.textContent);
  const said = form.querySelector("[data-said]");
  const isMaking = form.dataset.passkey === "make";
  const ask = async () => {
    if (isMaking) return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = JSON.stringify(await ask());
      form.submit();
    } catch (error) {
      said.hidden = false;
      said.textContent = window.isSecureContext && window.PublicKeyCredential
        ? "No passkey came of that. Try again."
        : "Passkeys need a current browser and an address that begins with https.";
    }
  });
  form.querySelector("button").disabled = false;
})();
