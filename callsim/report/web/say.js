// Texts of the catalogue (callsim/sentences), with their values between braces.
"use strict";
const say = (() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
})();
