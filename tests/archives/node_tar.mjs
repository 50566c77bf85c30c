// Lists what npm's own tar reader would extract: a JSON list of base64 archives on stdin, a list of listings on stdout.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.argv[2] + '/');
const { Parser } = require('tar');

function list(data) {
  const found = [];
  const parser = new Parser({ filter: (path, entry) => !/Link$/.test(entry.type) });
  parser.on('entry', (entry) => {
    const parts = entry.path.split('/').slice(1).filter((part) => part !== '' && part !== '.');
    const chunks = [];
    entry.on('data', (chunk) => chunks.push(chunk));
    entry.on('end', () => {
      if (/File$/.test(entry.type)) found.push([parts.join('/'), Buffer.concat(chunks).toString('base64')]);
    });
  });
  return new Promise((resolve) => {
    parser.on('end', () => resolve(found));
    parser.on('abort', () => resolve(found));
    try {
      parser.end(data);
    } catch {
      resolve(found);
    }
  });
}

const out = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) out.push(await list(Buffer.from(text, 'base64')));
process.stdout.write(JSON.stringify(out));
