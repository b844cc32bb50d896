/** The page's build, and its dev server in front of a service that runs on its own port. */
import { fileURLToPath } from 'node:url'
import { defineConfig, loadEnv, type Plugin } from 'vite'
import { keepEarlier } from './keep-earlier.ts'
import { precompress } from './precompress.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export default defineConfig(({ mode }) => {
  // The service's own variables, from `.env` too: what it takes for its origin is where it is reached.
  const { PORT: port, PUBLIC_ORIGIN: origin } = loadEnv(mode, root, ['PORT', 'PUBLIC_ORIGIN'])
  const service = origin || `http://localhost:${port || 3000}`
  return {
    plugins: [keepEarlier(), precompress(), tellDevelopment({ VITE_SERVICE: service })],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    // Nothing inline, so that the page works under `script-src 'self'; style-src 'self'`.
    build: {
      outDir: '../dist/web',
      // Not emptied: a service that runs on it is never without its page. See keep-earlier.ts.
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false }
    },
    server: { port: 5173, strictPort: true, proxy: proxyTo(service) }
  }
})

/** The browser sees one origin, as in production, but for the port that `Origin` names. */
function proxyTo(service: string) {
  return Object.fromEntries(
    ['/auth', '/api', '/docs', '/photos'].map(path => [
      path,
      { target: service, changeOrigin: true, ws: path === '/api', headers: { origin: service } }
    ])
  )
}

/** What the page has to know of a service that is not where the page itself is; nothing of it is built. */
function tellDevelopment(values: Readonly<Record<string, string>>): Plugin {
  const define = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `import.meta.env.${name}`,
      JSON.stringify(value)
    ])
  )
  return { name: 'tell-development', apply: 'serve', config: () => ({ define }) }
}
