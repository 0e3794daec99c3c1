// 读给我听: the question, then each face while it is marked. Only with a voice that speaks the language without a
// network; recorded prompts come with the full tablet.

import { HTML_LANG } from "./words.js";

export function localVoice(language) {
  const wanted = HTML_LANG[language].toLowerCase().split("-")[0];
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(wanted)) ?? null;
}

export function onVoicesChanged(listener) {
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", listener);
}

// `parts` is a list of { text, begin }; `begin` is called as its part starts, `end` when all is said or stopped.
export function speak(language, parts, end) {
  const voice = localVoice(language);
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    speechSynthesis.cancel();
    end();
  };
  const next = (position) => {
    if (stopped) return;
    if (!voice || position >= parts.length) return stop();
    const utterance = new SpeechSynthesisUtterance(parts[position].text);
    Object.assign(utterance, { voice, lang: voice.lang, rate: 0.9 });
    utterance.onend = () => next(position + 1);
    utterance.onerror = stop;
    parts[position].begin();
    speechSynthesis.speak(utterance);
  };
  next(0);
  return stop;
}
