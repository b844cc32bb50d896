/** The page's build, and its dev server in front of a service that runs on its own port. */
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'

const service = 'http://localhost:3000'

export default defineConfig({
  plugins: [precompress()],
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
      ['/auth', '/api', '/docs'].map(path => [
        path,
        { target: service, changeOrigin: true, headers: { origin: service } }
      ])
    )
  }
})
