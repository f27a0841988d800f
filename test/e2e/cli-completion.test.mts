/** `mimeport completion`: the scripts, run by the shells that they are for. bash has to be there; zsh and fish may be. */

import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commands } from '../../cli/commands.mts'
import { shells } from '../../cli/completion-script.mts'
import { mimeport } from '../support/cli.mts'
import { makeProject } from '../support/spawn.mts'

const test = suite('mimeport completion')

const scripts: Record<string, string> = {}
for (const shell of Object.keys(shells)) {
  scripts[`c.${shell}`] = (await mimeport(['completion', shell])).stdout
}
const odd = shells.bash([
  {
    name: 'draw',
    summary: "it's",
    options: [
      { name: 'as', short: 'a', hasValue: true, takes: ['dot', 'html'], summary: '' },
      { name: 'out', hasValue: true, takes: 'path', summary: '' },
    ],
    takes: 'path',
  },
])
const project = makeProject({ ...scripts, 'odd.bash': odd })
const names = Object.keys(commands)

function shell(program: string, args: readonly string[], text: string): string[] {
  const { stdout, stderr, error } = spawnSync(program, [...args, text], {
    cwd: project.path,
    encoding: 'utf8',
    timeout: 20_000,
  })
  assert.is(error, undefined)
  assert.is(stderr, '')
  return stdout.split('\n').filter((line) => line !== '')
}

/** What bash offers for the last of these words. */
function offered(words: readonly string[], file = 'c.bash'): string[] {
  const list = words.map((word) => `'${word}'`).join(' ')
  return shell(
    'bash',
    ['--norc', '-c'],
    `source ${file}; COMP_WORDS=(${list}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _mimeport; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
}

const isThere = (program: string) =>
  spawnSync(program, ['--version'], { encoding: 'utf8' }).error === undefined

test('bash completes commands, their options, and words of a closed set', async () => {
  assert.equal(offered(['mimeport', '']), [...names, 'help', '--help', '--version'])
  assert.equal(offered(['mimeport', 'lo']).includes('lock'), true)
  assert.equal(offered(['mimeport', 'help', 've']), ['vendor'])
  assert.equal(offered(['mimeport', 'completion', '']), Object.keys(shells))
  for (const name of names) {
    const { options } = await commands[name]!.load()
    const flags = offered(['mimeport', name, '--'])
    assert.equal(
      flags.toSorted(),
      [...Object.keys(options), 'help'].map((each) => `--${each}`).toSorted(),
    )
  }
  // The rest is left to bash's own completion of files.
  assert.equal(offered(['mimeport', 'lock', 'c.']), [])
  const rule = shell('bash', ['--norc', '-c'], 'source c.bash; complete -p mimeport')
  assert.match(rule[0]!, /-o default -F _mimeport mimeport$/)
})

test('bash completes the values of options', () => {
  assert.equal(offered(['mimeport', 'draw', '--as', ''], 'odd.bash'), ['dot', 'html'])
  assert.equal(offered(['mimeport', 'draw', '-a', 'd'], 'odd.bash'), ['dot'])
  assert.equal(offered(['mimeport', 'draw', '--out', '-'], 'odd.bash'), [])
  assert.equal(offered(['mimeport', 'draw', '-'], 'odd.bash'), ['-a', '--as', '--out'])
})

test('a shell that is none is refused', async () => {
  const { status, stderr } = await mimeport(['completion', 'tcsh'])
  assert.is(status, 2)
  assert.match(stderr, /name the shell: bash, zsh, fish, not 'tcsh'/)
  assert.is((await mimeport(['completion'])).status, 2)
})

/** What zsh shows on a terminal when Tab is pressed after `line`. */
const zsh = (line: string, until: string) => `
zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z 'PS1=; autoload -U compinit; compinit -D; source ./c.zsh; LISTMAX=1000; bindkey "^I" complete-word; echo READ""Y'
local out text
repeat 200; do zpty -r -t z text && out+=$text; [[ $out == *READY* ]] && break; sleep 0.05; done
zpty -w -n z '${line}'$'\\t'
out=
repeat 200; do
  while zpty -r -t z text; do out+=$text; done
  [[ $out == *'${until}'* ]] && break
  sleep 0.05
done
print -r -- $out`

if (isThere('zsh')) {
  test('zsh completes commands and options', () => {
    const shown = (line: string, until: string) =>
      shell('zsh', ['-f', '-c'], zsh(line, until)).join('\n')
    assert.match(shown('mimeport loc', 'lock'), /lock/)
    assert.match(shown('mimeport lock --', '--update'), /--check +-- writes nothing/)
    assert.match(shown('mimeport completion ', 'zsh'), /bash.*fish.*zsh/s)
  })
} else process.stderr.write('SKIPPED: there is no zsh here, and its completion is not tested\n')

if (isThere('fish')) {
  test('fish completes commands and options, with what they do', () => {
    const shown = (line: string) =>
      shell('fish', ['-N', '-c'], `source c.fish; complete -C '${line}'`)
    assert.equal(
      shown('mimeport ')
        .map((each) => each.split('\t')[0])
        .toSorted(),
      names,
    )
    assert.ok(shown('mimeport lock --').some((each) => each.startsWith('--check\twrites nothing')))
    assert.equal(shown('mimeport completion ').toSorted(), ['bash', 'fish', 'zsh'])
    assert.equal(shown('mimeport lock c.b'), ['c.bash'])
    assert.equal(shown('mimeport init c.b'), [])
  })
} else process.stderr.write('SKIPPED: there is no fish here, and its completion is not tested\n')

test.after(() => project.remove())
test.run()
