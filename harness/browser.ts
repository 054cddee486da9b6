import type { Browser, BrowserContext } from 'playwright-core';
import { chromium, selectors } from 'playwright-core';
import type { N8nAddress } from './client';
import { BROWSER_ID } from './client/session';
import { findProgram } from './findProgram';
import { atEnd } from './processes';

// n8n's editor marks what its own tests look for this way.
selectors.setTestIdAttribute('data-test-id');

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Finds Chromium or Chrome (`CHROMIUM` names another one), or says in one line what to install. */
export const findBrowser = (): { program: string } | { missing: string } => {
	const names = process.env.CHROMIUM ? [process.env.CHROMIUM] : PROGRAMS;
	const [program] = names.flatMap((name) => findProgram(name) ?? []);
	if (program) return { program };
	return {
		missing: process.env.CHROMIUM
			? `CHROMIUM names ${process.env.CHROMIUM}, which is no program.`
			: "The editor's tests need Chromium or Chrome: apt-get install -y chromium, or set CHROMIUM to its path.",
	};
};

/** Starts it without a window and with an empty profile. It reaches this machine and nothing else. */
export const launchBrowser = async (program: string): Promise<Browser> => {
	const browser = await chromium.launch({
		executablePath: program,
		args: [
			...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
			...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
			...['--no-proxy-server', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
		],
	});
	atEnd(async () => await browser.close());
	return browser;
};

export interface WindowOptions {
	theme?: 'light' | 'dark';
	width?: number;
	height?: number;
}

/** A browser window of its own, in which n8n's owner is logged in. */
export const openWindow = async (
	browser: Browser,
	{ url, cookie = '' }: Pick<N8nAddress, 'url' | 'cookie'>,
	{ theme = 'light', width = 1280, height = 800 }: WindowOptions = {},
): Promise<BrowserContext> => {
	const separator = cookie.indexOf('=');
	const local = { N8N_THEME: theme, 'n8n-browserId': BROWSER_ID };
	return await browser.newContext({
		baseURL: url,
		viewport: { width, height },
		colorScheme: theme,
		locale: 'en-GB',
		timezoneId: 'UTC',
		reducedMotion: 'reduce',
		storageState: {
			cookies: [
				{
					...{ name: cookie.slice(0, separator), value: cookie.slice(separator + 1) },
					...{ domain: new URL(url).hostname, path: '/', expires: -1 },
					...{ httpOnly: true, secure: false, sameSite: 'Lax' },
				},
			],
			origins: [
				{
					origin: url,
					localStorage: Object.entries(local).map(([name, value]) => ({ name, value })),
				},
			],
		},
	});
};
