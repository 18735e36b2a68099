// Runs before paint: the language and direction of the page, from its path (buyers) or the seller's cookie.
(function () {
  var path = /^\/(en|pt|es)(\/|$)/.exec(location.pathname);
  var saved = /(?:^|; )ls_lang=%?2?2?([a-z]{2})/.exec(document.cookie);
  var seller = /^\/(dashboard|auth|onboarding|settings|admin)/.test(location.pathname);
  var lang = path ? path[1] : (seller && saved ? saved[1] : "es");
  document.documentElement.lang = lang;
  document.documentElement.dir = /^(ar|he|fa|ur)$/.test(lang) ? "rtl" : "ltr";
})();
