// Runs the folder or file on the command line, as Electron's own default app does. CommonJS for Node 16.
const { app } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const args = process.argv.slice(1);
let target = null;
for (let i = 0; i < args.length; i += 1) {
  if (args[i] === '-r' || args[i] === '--require') {
    i += 1;
    Module._preloadModules([args[i]]);
  } else if (!args[i].startsWith('-')) {
    target = path.resolve(args[i]);
    break;
  }
}
if (target === null) {
  process.stderr.write('usage: electron FOLDER\n');
  app.exit(2);
} else {
  const file = path.join(target, 'package.json');
  if (existsSync(file)) {
    const described = JSON.parse(readFileSync(file, 'utf8'));
    if (described.productName || described.name) app.setName(described.productName || described.name);
    if (described.version) app.setVersion(described.version);
    app.setAppPath(target);
  }
  Module._load(target, Module, true);
}
