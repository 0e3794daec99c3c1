// One clock for the page: at any time at most one thing is being waited for.

let running = null;

export function cancel() {
  clearInterval(running);
  running = null;
}

// Calls `each(secondsLeft)` now and every second, then `end()`; starting another wait cancels this one.
export function wait(seconds, end, each = () => {}) {
  cancel();
  const until = performance.now() + seconds * 1000;
  const step = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left > 0) return each(left);
    cancel();
    end();
  };
  running = setInterval(step, 1000);
  each(seconds);
}
