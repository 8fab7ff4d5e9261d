// isEmpty(42) of Nest's internal shared.utils in every installed major (an auto-import can pick it instead of lodash or class-validator).
const fs = require('node:fs');
const path = require('node:path');
for (const set of ['sets/v1.0.0', 'sets/v1.4.2', 'sets/v2.1.1', 'sets/v3.1.0', '.']) {
    const p = path.join(__dirname, set, 'node_modules/@nestjs/common');
    const f = require(path.join(p, 'utils/shared.utils.js')).isEmpty;
    console.log(
        '@nestjs/common',
        JSON.parse(fs.readFileSync(path.join(p, 'package.json'))).version,
        'isEmpty(42) =',
        f(42),
        " isEmpty('42') =",
        f('42'),
        ' isEmpty(undefined) =',
        f(undefined),
    );
}
