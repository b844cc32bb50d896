/** The page's build, and its dev server in front of a service that runs on its own port. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { precompress } from './precompress.ts'

const settings = fileURLToPath(new URL('../.env', import.meta.url))
if (existsSync(settings)) process.loadEnvFile(settings)

/** Where the service is, by its own variable: what it takes for its own origin is where it is reached, too. */
const service = process.env.PUBLIC_ORIGIN ?? 'http://localhost:3000'
const outbox = `http://127.0.0.1:${process.env.LOCAL_COGNITO_PORT ?? 9229}/_local/messages`

/** What the page has to know of a service that is not where the page itself is; nothing of it is built. */
function tellDevelopment(): Plugin {
  return {
    name: 'tell-development',
    apply: 'serve',
    config: () => ({
      define: {
        'import.meta.env.VITE_SERVICE': JSON.stringify(service),
        'import.meta.env.VITE_OUTBOX_URL': JSON.stringify(process.env.VITE_OUTBOX_URL ?? outbox)
      }
    })
  }
}

export default defineConfig({
  plugins: [precompress(), tellDevelopment()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Nothing inline, so that the page works under `script-src 'self'; style-src 'self'`.
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }
  },
  server: {
    port: 5173,
    strictPort: true,
    // The browser sees one origin, as in production, but for the port that `Origin` names.
    proxy: Object.fromEntries(
      ['/auth', '/api', '/docs', '/photos'].map(path => [
        path,
        { target: service, changeOrigin: true, headers: { origin: service } }
      ])
    )
  }
})
