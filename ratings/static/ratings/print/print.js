// The browser's own print menu does the same.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
