/**
 * The page of `mimeport graph --html` in Chromium, used by mouse and keys. Where Chromium is not to be had it is skipped, and
 * says so. `SCREENSHOTS=<folder>` keeps pictures of what is looked at.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageOf } from '../../cli/graph/page.mts'
import { pageParts } from '../../cli/graph/page-parts.mts'
import { Chromium, findChromium } from '../support/chromium.mts'
import { mimeport } from '../support/cli.mts'
import {
  base,
  explanationOf,
  hostileNames,
  importOf,
  largeGraph,
  moduleOf,
  smallGraph,
} from '../support/module-graph.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import type { ModuleGraph } from '../../core/explanation.mts'

const path = findChromium()
const test = suite('the page in Chromium')

test('a browser that is named is the one, and one that is not is looked for', () => {
  const before = process.env['CHROMIUM']
  process.env['CHROMIUM'] = '/nowhere/chromium'
  assert.is(findChromium(), '/nowhere/chromium')
  if (before === undefined) delete process.env['CHROMIUM']
  else process.env['CHROMIUM'] = before
  assert.is(findChromium(), path)
})

if (path === undefined) {
  process.stdout.write(
    'SKIPPED: Chromium is not here (CHROMIUM, the path, /usr/bin): the page of mimeport graph is not tried in a browser\n',
  )
  test.skip('the page of a graph in a browser')
} else {
  const browser = new Chromium(path)
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-page-'))
  const parts = await pageParts()
  const pictures = process.env['SCREENSHOTS']

  const open = async (graph: ModuleGraph, title = 'app.mjs', size = {}) => {
    const file = join(folder, 'page.html')
    writeFileSync(file, pageOf(graph, { title, base }, parts))
    await browser.open(pathToFileURL(file).href, size)
    return pathToFileURL(file).href
  }
  /** The text of the first element that a selector means; `undefined` where none is, or it is hidden. */
  const text = (selector: string) =>
    browser.evaluate<any>(
      `(() => { const found = document.querySelector(${JSON.stringify(selector)}); return found?.checkVisibility() ? found.innerText : undefined })()`,
    )
  const all = (selector: string) =>
    browser.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((each) => each.checkVisibility()).map((each) => each.innerText)`,
    )
  const focused = () =>
    browser.evaluate<string>(
      "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).slice(0, 30)",
    )
  const current = () =>
    browser.evaluate<any>(
      "document.getElementById(document.querySelector('.picture').getAttribute('aria-activedescendant'))?.textContent",
    )
  /** How many of the colours in this box of the picture differ. */
  const coloursIn = (x: number, y: number, width: number, height: number) =>
    browser.evaluate<number>(`(() => {
      const canvas = document.querySelector('canvas')
      const { data } = canvas.getContext('2d').getImageData(${x}, ${y}, ${width}, ${height})
      return new Set(new Uint32Array(data.buffer)).size
    })()`)
  /** Pictures are of something: they are not of one colour, and are kept where that is asked for. */
  const look = async (name: string) => {
    if (pictures === undefined && !['small', 'large', 'large-dark'].includes(name)) return
    const png = await browser.screenshot()
    assert.ok(png.length > 5000, `${name} shows something`)
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    writeFileSync(join(pictures, `${name}.png`), png)
  }

  test.before(() => browser.prefer('light').catch(() => {}))
  /** A test after which the page's console has nothing to say. */
  const quietly = (name: string, body: () => Promise<void>) =>
    test(name, async () => {
      browser.complaints.length = 0
      await body()
      assert.equal(browser.complaints, [], 'the console')
    })
  test.after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  quietly('opens at the graph, asks nobody for anything, and has the keyboard', async () => {
    const url = await open(smallGraph())
    assert.equal(browser.requests, [url])
    assert.is(await text('h1'), 'app.mjs')
    assert.match(await text('.summary'), '1 import failed')
    assert.match(await focused(), 'Module graph')
    assert.equal(await all('.legend li'), [
      'JS\nJavaScript',
      'TS\nTypeScript',
      'MD\nMarkdown',
      '{}\nData and text',
      '↗\nNode and packages',
      '!\nFailed',
      'imports',
      'imported by',
    ])
    await look('small')
  })

  quietly(
    'arrow keys go between modules, Enter opens one, Escape closes it and gives the keyboard back',
    async () => {
      await open(smallGraph())
      await browser.press('ArrowRight')
      assert.match(await current(), /^app\.mjs, files, JavaScript/)
      await browser.press('ArrowRight')
      const next = await current()
      assert.not.match(next!, 'app.mjs')
      await browser.press('ArrowLeft')
      assert.match(await current(), 'app.mjs')
      assert.is(await text('.details h2'), undefined)
      await browser.press('Enter')
      assert.is(await text('.details h2'), 'app.mjs')
      assert.match(await focused(), 'app.mjs')
      await browser.press('Escape')
      assert.is(await text('.details h2'), undefined)
      assert.match(await focused(), 'Module graph')
    },
  )

  quietly(
    'a click on a module opens its life: hops, requests, type, transforms, cache and lock',
    async () => {
      await open(smallGraph())
      // The first import of app.mjs is right of it: where it is drawn is found by pointing.
      const place = await browser.evaluate<[number, number]>(`(() => {
      const { left, top, width, height } = document.querySelector('canvas').getBoundingClientRect()
      return [left + width / 2, top + height / 2]
    })()`)
      let opened: string | undefined
      for (
        let y = place[1] - 280;
        y < place[1] + 280 && opened?.includes('report') !== true;
        y += 18
      ) {
        await browser.click(place[0], y)
        opened = await text('.details h2')
      }
      assert.is(opened, 'https://cdn.example/report.md')
      const explained = await text('.explain')
      for (const part of [
        'https://cdn.example/latest',
        '302',
        '→ https://cdn.example/report.md',
        'the server answered 503',
        'attempt 2',
        'cache: stored',
        'text/markdown, by its Content-Type',
        'fenced-md',
        'application/typescript',
        'source map',
        'pinned',
        'IMPORTS',
        'node:fs',
      ]) {
        assert.ok(explained!.toLowerCase().includes(part.toLowerCase()), `${part} in ${explained}`)
      }
      await look('explain')
      // Along an import, to a module that failed.
      await browser.evaluate(
        "[...document.querySelectorAll('.way')].find((each) => each.textContent.endsWith('units.ts')).click()",
      )
      assert.is(await text('.details h2'), 'https://cdn.example/units.ts')
      await browser.evaluate(
        "[...document.querySelectorAll('.way')].find((each) => each.textContent.endsWith('lost.mjs')).click()",
      )
      assert.match(await text('.error'), '404 Not Found')
    },
  )

  quietly(
    'the source is side by side, its fences in colour, and a line marks its counterpart',
    async () => {
      await open(smallGraph())
      await browser.press('/')
      await browser.type('report.md')
      await browser.press('Enter')
      await browser.press('Enter')
      await browser.clickOn('#tab-source')
      assert.equal(await all('.pane h4'), ['As it came', 'What Node runs'])
      assert.equal(await all('.runs'), [
        "6\nimport { kilo } from './units.ts'",
        '7',
        '8\nexport const report: string = kilo(1500)',
      ])
      assert.ok((await all('.in-fence')).length > 3, 'a fence that does not run is one, too')
      assert.ok((await all('.in-fence .token-keyword')).includes('export'))
      // By the pointer, from either side.
      await browser.clickOn('.pane:first-child .line:nth-child(8)')
      assert.equal(await all('.pane:last-child .marked'), ['2\nexport const report = kilo(1500)'])
      await browser.clickOn('.pane:last-child .line:nth-child(1)')
      assert.equal(await all('.pane:first-child .marked'), ["6\nimport { kilo } from './units.ts'"])
      const line = await browser.evaluate<[number, number]>(
        "(({ x, y }) => [x + 80, y + 8])(document.querySelector('.pane:first-child .line:nth-child(8)').getBoundingClientRect())",
      )
      await browser.move(...line)
      assert.equal(await all('.pane:last-child .marked'), ['2\nexport const report = kilo(1500)'])
      // By the keys.
      await browser.evaluate("document.querySelector('.pane:last-child .code').focus()")
      await browser.press('Home')
      await browser.press('ArrowDown')
      assert.equal(await all('.pane:first-child .marked'), [
        '8\nexport const report: string = kilo(1500)',
      ])
      await look('source')
      await browser.prefer('dark')
      await look('source-dark')
      await browser.prefer('light')
    },
  )

  quietly('/ searches; Enter goes from match to match and opens; Escape leaves', async () => {
    await open(largeGraph(1000))
    await browser.press('/')
    assert.match(await focused(), 'Search modules')
    await browser.type('esm.sh markdown')
    const [, number = ''] = /^(\d+) matches$/.exec((await text('.search output'))!)!
    assert.ok(Number(number) > 1)
    await browser.press('ArrowDown')
    const first = await current()
    assert.match(first!, /esm\.sh.*Markdown/)
    await browser.press('ArrowDown')
    assert.match(await text('.search output'), `2 of ${number} matches`)
    assert.is.not(await current(), first)
    await look('search')
    await browser.press('Enter')
    assert.match(await text('.details h2'), 'https://esm.sh/')
    await browser.press('Escape')
    assert.match(await focused(), 'Search modules')
    await browser.press('Escape')
    assert.is(await text('.search output'), '')
    await browser.press('Escape')
    assert.match(await focused(), 'Module graph')
  })

  quietly('names are on the nodes at first sight, unless there are too many nodes', async () => {
    const written = async (size: number) => {
      await open(largeGraph(size))
      return browser.evaluate<string[]>(`new Promise((done) => {
        const texts = []
        const { fillText } = CanvasRenderingContext2D.prototype
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          texts.push(text)
          fillText.call(this, text, ...rest)
        }
        document.querySelector('[title^="Everything"]').click()
        requestAnimationFrame(() => requestAnimationFrame(() => done(texts)))
      })`)
    }
    const hundred = (await written(100)).filter((each) => /^(?:app|mod)/.test(each))
    assert.is(hundred.length, 100)
    assert.ok(hundred.includes('app.mjs'))
    // What a narrow node has no room for is its extension, before it is its name.
    assert.ok(hundred.includes('module-7.ts') && hundred.includes('module-1'), hundred.join(' '))
    const thousand = await written(1000)
    assert.ok(thousand.includes('deno.land'), 'groups have names')
    assert.not.ok(thousand.some((each) => /^(?:app|mod)/.test(each)))
  })

  quietly(
    'a thousand modules are drawn in a frame, zoomed by wheel and keys, and panned',
    async () => {
      await open(largeGraph(1000))
      await look('large')
      const whole = await coloursIn(0, 0, 1270, 600)
      assert.ok(whole > 20, `${whole} colours`)
      const canvas = (at: string) =>
        browser.evaluate<number>(`document.querySelector('canvas').${at}`)
      assert.ok((await canvas('width')) > 800)
      const before = await browser.screenshot()
      await browser.wheel(500, 400, -600)
      const near = await browser.screenshot()
      assert.not.ok(near.equals(before))
      await browser.drag([600, 500], [400, 300])
      const moved = await browser.screenshot()
      assert.not.ok(moved.equals(near))
      await look('zoomed')
      assert.is(await text('.details h2'), undefined, 'to drag is no click')
      await browser.press('-')
      await browser.press('+')
      await browser.press('0')
      await browser.move(5, 5)
      assert.ok((await browser.screenshot()).equals(before), '0 shows everything again')
      // Every key has its answer soon, however many modules there are: the mean of 20, generously.
      const took = await browser.evaluate<number>(`(async () => {
      const picture = document.querySelector('.picture')
      const frame = () => new Promise((done) => requestAnimationFrame(done))
      const start = performance.now()
      for (let time = 0; time < 20; time += 1) {
        picture.dispatchEvent(new KeyboardEvent('keydown', { key: time % 2 === 0 ? '+' : '-', bubbles: true }))
        await frame()
      }
      return (performance.now() - start) / 20
    })()`)
      assert.ok(took < 2000, `${took} ms`)
      await browser.prefer('dark')
      await look('large-dark')
      await browser.prefer('light')
    },
  )

  quietly(
    'sizes and times are bars, sorted by a click, searched, and gone along by keys',
    async () => {
      await open(largeGraph(1000))
      await browser.clickOn('#tab-modules')
      assert.is((await all('tbody tr')).length, 1000)
      const bars = () =>
        browser.evaluate<number[]>(
          "[...document.querySelectorAll('tbody .bar.bytes')].map((bar) => bar.getBoundingClientRect().width)",
        )
      const widths = await bars()
      assert.ok(widths[0]! > 50, 'the largest is long')
      assert.equal(
        widths,
        widths.toSorted((a, b) => b - a),
      )
      await browser.clickOn('th.bytes button')
      assert.equal(await bars(), widths.toReversed())
      assert.is(
        await browser.evaluate("document.querySelector('th.bytes').getAttribute('aria-sort')"),
        'ascending',
      )
      await browser.press('/')
      await browser.type('esm.sh')
      const rows = await all('tbody td:nth-child(2)')
      assert.ok(rows.length > 1 && rows.every((row) => row === 'esm.sh'))
      await browser.evaluate('document.querySelector(\'tbody button[tabindex="0"]\').focus()')
      const first = await focused()
      await browser.press('ArrowDown')
      assert.is.not(await focused(), first)
      await browser.press('Enter')
      assert.match(await text('.details h2'), 'https://esm.sh/')
      await look('modules')
    },
  )

  quietly('what was fetched when is a waterfall', async () => {
    await open(smallGraph())
    await browser.clickOn('#tab-requests')
    const rows = await all('.waterfall li')
    assert.is(rows.length, 6)
    assert.match(rows[0]!, 'cdn.example/latest')
    const lefts = await browser.evaluate<number[]>(
      "[...document.querySelectorAll('.fetch')].map((bar) => bar.getBoundingClientRect().left)",
    )
    assert.equal(
      lefts,
      lefts.toSorted((a, b) => a - b),
    )
    assert.ok(lefts.at(-1)! - lefts[0]! > 100, 'later is further right')
    assert.is(
      await browser.evaluate<number>("document.querySelectorAll('.fetch.failed').length"),
      2,
    )
    await look('requests')
    await browser.prefer('dark')
    await look('requests-dark')
    await browser.prefer('light')
    await browser.clickOn('.waterfall li:nth-child(4) button')
    assert.is(await text('.details h2'), 'https://cdn.example/report.md')
  })

  quietly('tabs are gone along by arrow keys, and Tab comes to everything in order', async () => {
    await open(smallGraph())
    await browser.evaluate("document.querySelector('#tab-graph').focus()")
    await browser.press('ArrowRight')
    assert.is(await focused(), 'Modules')
    assert.ok(await text('table'))
    await browser.press('ArrowLeft')
    const order: string[] = []
    for (let time = 0; time < 5; time += 1) {
      order.push(await focused())
      await browser.press('Tab')
    }
    assert.equal(order, [
      'Graph',
      'Search modules: name, type, lo',
      'Module graph: arrow keys go be',
      'Larger (+)',
      'Smaller (-)',
    ])
  })

  quietly('nothing that a module, a name or a map has in it is run, or is an element', async () => {
    const modules = hostileNames.map((name) =>
      moduleOf(name, [importOf(`node:${name}`)], {
        specifier: name,
        mediaType: 'text/markdown',
        origin: { loader: name, specifier: name },
        hops: [
          {
            specifier: name,
            loader: name,
            statusCode: 200,
            location: name,
            start: 0,
            duration: 1,
            requests: [{ method: name, url: name, attempt: 1, start: 0, duration: 1, error: name }],
          },
        ],
        transforms: [
          {
            loader: name,
            from: name,
            to: name,
            bytesBefore: 1,
            bytes: 1,
            duration: 1,
            mapped: true,
          },
        ],
        texts: {
          original: `# ${name}\n\`\`\`js\n${name}\n\`\`\`\n`,
          generated: name,
          map: JSON.stringify({
            version: 3,
            sources: [name],
            sourcesContent: [name],
            names: [name],
            mappings: 'AAAAA',
          }),
        },
      }),
    )
    const [error] = smallGraph().failures.map((each) => each.error!)
    const failures = hostileNames.map((name) =>
      explanationOf(name, {
        specifier: name,
        error: { ...error!, message: name, code: name, trail: [name] },
      }),
    )
    const entry = moduleOf(
      'a',
      hostileNames.map((name) => importOf(name, name)),
    )
    await open({ entries: ['a'], modules: [entry, ...modules], failures }, hostileNames.join(' '))
    for (const tab of ['modules', 'requests', 'graph']) await browser.clickOn(`#tab-${tab}`)
    const opened: string[] = []
    const rows = "document.querySelectorAll('td.place button')"
    for (let index = 0; index < 2 * hostileNames.length; index += 1) {
      await browser.evaluate(`${rows}[${index}].click()`)
      opened.push(await browser.evaluate("document.querySelector('.details h2').textContent"))
      await browser.evaluate("document.querySelector('#tab-source')?.click()")
    }
    assert.ok(opened.includes('</script><script>globalThis.hacked = 1</script>'))
    assert.ok(opened.includes('\\u{202e}txt.sjm'), 'what reorders is written out')
    await browser.frame()
    assert.is(await browser.evaluate('globalThis.hacked'), undefined)
    const strange =
      'img, iframe, object, script:not([id=data]):not([type=module]), [onerror], [onmouseover]'
    assert.is(await browser.evaluate(`document.querySelectorAll('${strange}').length`), 0)
    assert.is(browser.requests.length, 1)
  })

  quietly(
    'the policy stops what would run or load all the same: the control of the test above',
    async () => {
      await open(smallGraph())
      await browser.evaluate(`(() => {
      const script = document.createElement('script')
      try { script.text = 'globalThis.hacked = 1' } catch {}
      document.body.append(script)
      const image = new Image()
      image.src = 'http://127.0.0.1:9/x.png'
      document.body.append(image)
    })()`)
      await browser.frame()
      assert.is(await browser.evaluate('globalThis.hacked'), undefined)
      assert.ok(browser.complaints.some((each) => each.includes('Content Security Policy')))
      browser.complaints.length = 0
    },
  )

  quietly(
    'the page that the command writes for a program has its life, texts and requests',
    async () => {
      const server = await startServer()
      await server.set({
        '/latest': { status: 302, headers: { location: '/report.md' } },
        '/report.md': {
          headers: { 'content-type': 'text/markdown' },
          body: "# Report\n\n```ts\nimport { kilo } from './units.ts'\nexport const report: string = kilo(1500)\n```\n",
        },
        '/units.ts': {
          headers: { 'content-type': 'application/typescript' },
          body: 'enum Unit {\n  kilo = 1000,\n}\n\nexport const kilo = (n: number): string => `${n / Unit.kilo} kilo`\n',
        },
      })
      const project = makeProject({ 'app.mjs': `import '${server.url}/latest'\n` })
      try {
        const args = ['graph', 'app.mjs', '--html', 'graph.html']
        const { status, stderr } = await mimeport(args, { cwd: project.path })
        assert.is(stderr, '')
        assert.is(status, 0)
        await browser.open(pathToFileURL(join(project.path, 'graph.html')).href)
        assert.match(await text('.summary'), '3 requests')
        await browser.clickOn('#tab-requests')
        assert.is((await all('.waterfall li')).length, 3)
        await browser.clickOn('.waterfall li:nth-child(2) button')
        assert.is(await text('.details h2'), `${server.url}/report.md`)
        assert.match(await text('.explain'), '302')
        // What was blanked has no map, and its lines are its own.
        await browser.clickOn('#tab-source')
        await browser.clickOn('.pane:first-child .line:nth-child(5)')
        const [marked = ''] = await all('.pane:last-child .marked')
        assert.match(marked, /^5\nexport const report {9}= kilo\(1500\)/)
        assert.is((await all('.runs')).length, 2)
        // What was compiled has one.
        await browser.press('/')
        await browser.type('units.ts')
        await browser.press('Enter')
        await browser.press('Enter')
        await browser.clickOn('#tab-source')
        await browser.clickOn('.pane:first-child .line:nth-child(5)')
        const lines = await all('.pane:last-child .marked')
        assert.ok(
          lines.some((line) => line.includes('/ 1e3') || line.includes('kilo`')),
          lines.join(),
        )
      } finally {
        await server.stop()
        project.remove()
      }
    },
  )

  quietly('a graph without modules, and one without requests, say so', async () => {
    await open({ entries: [], modules: [], failures: [] })
    assert.is(await text('main > .empty'), 'There is no module in this graph.')
    await open({ entries: ['a'], modules: [moduleOf('a')], failures: [] })
    await browser.clickOn('#tab-requests')
    assert.is(await text('.waterfall .empty'), 'Nothing was asked of a network.')
    await browser.press('/')
    await browser.type('nothing has this')
    await browser.clickOn('#tab-modules')
    assert.is(await text('.table .empty'), 'No module is meant by this search.')
  })

  quietly('at the width of a phone the pane covers the page, and can be closed', async () => {
    await open(smallGraph(), 'app.mjs', { width: 400, height: 700 })
    await look('narrow')
    await browser.press('ArrowRight')
    await browser.press('Enter')
    assert.is(
      await browser.evaluate("document.querySelector('.details').getBoundingClientRect().width"),
      400,
    )
    await look('narrow-explain')
    await browser.clickOn('.close')
    assert.is(await text('.details h2'), undefined)
  })
}

test.run()
