import './state/validation.ts';
import '../../report-page/styles/tokens.css';
import '../../report-page/styles/text.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
