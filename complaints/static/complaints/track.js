// The QR code of the tablet puts number and code behind the #: browsers never send that part, and here it is taken out
// of the address before anybody can copy it. Without JavaScript the two are typed.
const told = new URLSearchParams(location.hash.slice(1));
const fields = { number: told.get("n"), query_code: told.get("c") };

if (fields.number || fields.query_code) {
  history.replaceState(null, "", location.pathname);
  for (const [name, value] of Object.entries(fields)) {
    if (value) document.getElementById(name).value = value.slice(0, 40);
  }
  document.getElementById("look").focus();
}
