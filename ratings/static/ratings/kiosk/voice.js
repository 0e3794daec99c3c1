// A spoken remark of at most 30 seconds: tap to start, tap to stop, tap to say it again. The sound lives in memory only,
// until the visitor is done and it is sealed.
//
// state.voice.status: off (not offered) → ready → starting → recording → recorded, or refused.

const LONGEST_MS = 30 * 1000;
const SHORTEST_MS = 600; // a knock, not a remark
const TICK_MS = 125;
const BITS_PER_SECOND = 24000;
const MIMES = ["audio/webm;codecs=opus", "audio/mp4"];

export class Voice {
  #state;
  #changed;
  #running = null;
  #stopping = Promise.resolve();
  #sound = null;
  #visitors = 0;

  // `changed` is told of every change of `state.voice`, several times a second while a recording runs.
  constructor(state, changed) {
    this.#state = state;
    this.#changed = changed;
  }

  // Whether to offer a recording at all: a browser that can, a microphone, and nobody has forbidden it.
  async detect() {
    const status = (await canRecord().catch(() => false)) ? "ready" : "off";
    if (["off", "ready", "refused"].includes(this.#state.voice.status)) this.#tell({ status });
  }

  toggle() {
    return this.#running ? this.stop() : this.#start();
  }

  // Ends a running recording and keeps it. Resolves when the sound is whole.
  stop({ byItself = false } = {}) {
    const running = this.#running;
    this.#running = null;
    if (running) this.#stopping = this.#end(running, byItself);
    return this.#stopping;
  }

  // The finished recording, once: { bytes, mime, duration_ms } or null. Of a visitor who has walked away only what they
  // stopped themselves: the rest may be the hall's noise.
  take({ walkedAway = false } = {}) {
    const sound = this.#sound;
    this.#sound = null;
    return walkedAway && sound?.byItself ? null : sound;
  }

  // Forgets everything; a recording that still runs is thrown away.
  clear() {
    this.#visitors += 1;
    const running = this.#running;
    this.#running = null;
    this.#sound = null;
    if (running) this.#end(running);
    if (this.#state.voice.status !== "off") this.#tell({ status: "ready" });
    this.detect();
  }

  async #start() {
    const running = { chunks: [], visitor: this.#visitors };
    this.#running = running;
    this.#sound = null;
    this.#tell({ status: "starting" });
    try {
      running.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (this.#running !== running) return release(running);
      const mimeType = MIMES.find((mime) => MediaRecorder.isTypeSupported(mime));
      const recorder = new MediaRecorder(running.stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
      recorder.ondataavailable = ({ data }) => running.chunks.push(data);
      running.ended = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.start();
      Object.assign(running, { recorder, startedAt: performance.now(), level: levelOf(running) });
    } catch {
      release(running);
      if (this.#running !== running) return;
      this.#running = null;
      this.#tell({ status: "refused" });
      return;
    }
    running.ticker = setInterval(() => this.#tick(running), TICK_MS);
    running.limit = setTimeout(() => this.stop({ byItself: true }), LONGEST_MS);
    this.#tick(running);
  }

  #tick(running) {
    const seconds = Math.floor((performance.now() - running.startedAt) / 1000);
    this.#tell({ status: "recording", seconds, level: running.level() });
  }

  async #end(running, byItself = false) {
    const isTheirs = () => running.visitor === this.#visitors;
    if (!running.recorder) {
      release(running);
      if (isTheirs()) this.#tell({ status: "ready" });
      return;
    }
    const length = Math.min(LONGEST_MS, Math.round(performance.now() - running.startedAt));
    clearInterval(running.ticker);
    clearTimeout(running.limit);
    if (running.recorder.state !== "inactive") running.recorder.stop();
    await running.ended;
    release(running);
    const blob = new Blob(running.chunks, { type: running.recorder.mimeType });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (!isTheirs()) return;
    if (length < SHORTEST_MS || bytes.length === 0) return this.#tell({ status: "ready" });
    this.#sound = { bytes, mime: blob.type, duration_ms: length, byItself };
    this.#tell({ status: "recorded", seconds: Math.round(length / 1000) });
  }

  #tell(voice) {
    this.#state.voice = { seconds: 0, level: 0, ...voice };
    this.#changed();
  }
}

async function canRecord() {
  if (!globalThis.MediaRecorder || !MIMES.some((mime) => MediaRecorder.isTypeSupported(mime))) return false;
  const permission = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  if (permission?.state === "denied") return false;
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some(({ kind }) => kind === "audioinput");
}

function release({ stream, audio, ticker, limit }) {
  clearInterval(ticker);
  clearTimeout(limit);
  for (const track of stream?.getTracks() ?? []) track.stop();
  audio?.close().catch(() => {});
}

// How loud it is now, 0 to 1; nothing moves for those who asked for that.
function levelOf(running) {
  if (!globalThis.AudioContext || matchMedia("(prefers-reduced-motion: reduce)").matches) return () => 0;
  running.audio = new AudioContext();
  const analyser = running.audio.createAnalyser();
  running.audio.createMediaStreamSource(running.stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return () => {
    analyser.getFloatTimeDomainData(samples);
    return Math.min(1, 4 * Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  };
}
