// A thread of a worker process: ends the process when the one that started it is gone, even in the middle of a long step.
const parent = Deno.ppid;
setInterval(() => {
  if (Deno.ppid !== parent) Deno.kill(Deno.pid, "SIGKILL");
}, 300);
