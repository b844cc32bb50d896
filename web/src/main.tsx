/** Where the page starts. */
import { render } from 'preact'
import { App } from './app/app.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/form.css'
import './styles/parts.css'

const root = document.getElementById('app')
if (root) render(<App />, root)
