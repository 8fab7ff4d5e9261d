// Keeps what a notebook loads in the browser, in the same place as the playground does.

importScripts("../playground/service-worker.js");
