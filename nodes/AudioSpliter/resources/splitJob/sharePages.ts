/** A page that shows a file, where the file itself is wanted. */
export interface SharePage {
	/** What it is, as in `a Google Drive share page`. */
	name: string;
	/** Where to get the file instead. */
	advice: string;
}

interface Service extends SharePage {
	isPage: (url: URL) => boolean;
}

const isOn = ({ hostname }: URL, ...domains: string[]): boolean =>
	domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));

const asks = ({ searchParams }: URL, name: string): boolean => searchParams.get(name) === '1';

const useNode = (node: string): string =>
	`Or download the file with n8n's ${node} node and set 'Source' to 'Binary File'.`;

/**
 * The services whose share links people paste most, each with the links that lead to a page. A link that is not surely a
 * page passes: the service says what it could not read.
 */
const SERVICES: Service[] = [
	{
		name: 'a Google Drive share page',
		// Direct are drive.google.com/uc, drive.usercontent.google.com/download and googleusercontent.com.
		isPage: (url) =>
			isOn(url, 'drive.google.com', 'docs.google.com') &&
			/^\/(a\/[^/]+\/)?(file\/|drive\/|drive$|open$|folderview$|document\/|spreadsheets\/|presentation\/)/.test(
				url.pathname,
			),
		advice: `Use https://drive.google.com/uc?export=download&id=FILE_ID for a file of up to 100 MB that anyone with the link can view. ${useNode('Google Drive')}`,
	},
	{
		name: 'a Dropbox share page',
		// Direct are dl=1 and raw=1, the paths /s/dl/ and /s/raw/, and hosts such as dl.dropboxusercontent.com.
		isPage: (url) =>
			['dropbox.com', 'www.dropbox.com'].includes(url.hostname) &&
			!asks(url, 'dl') &&
			!asks(url, 'raw') &&
			!/^\/s\/(dl|raw)\//.test(url.pathname),
		advice: `Replace dl=0 with dl=1 at the end of the link. ${useNode('Dropbox')}`,
	},
	{
		name: 'a OneDrive share page',
		// Direct are download=1, onedrive.live.com/download, api.onedrive.com and hosts such as public.bn.files.1drv.com.
		isPage: (url) =>
			['1drv.ms', 'onedrive.live.com'].includes(url.hostname) &&
			!asks(url, 'download') &&
			!/\/download(\.aspx)?$/i.test(url.pathname),
		advice: `Use a link of the form https://onedrive.live.com/download?resid=…&authkey=…. ${useNode('Microsoft OneDrive')}`,
	},
	{
		name: 'a SharePoint share page',
		// Direct are download=1 and download.aspx. A file's own path asks for a login, which the service finds out.
		isPage: (url) =>
			/(^|\.)sharepoint(-mil)?\.(com|us|cn|de)$/.test(url.hostname) &&
			!asks(url, 'download') &&
			(/^\/:[a-z]:\//.test(url.pathname) ||
				/\/(stream|onedrive|doc|viewer|guestaccess|allitems)\.aspx$/i.test(url.pathname)),
		advice: `Add download=1 to the link's parameters, if anyone with the link may view the file. ${useNode('Microsoft SharePoint')}`,
	},
	{
		name: 'a YouTube page',
		isPage: (url) => isOn(url, 'youtube.com', 'youtube-nocookie.com', 'youtu.be'),
		advice:
			"YouTube has no links to audio files. Use the recording that the video was made from: a link to its file, or the file itself with 'Source' set to 'Binary File'.",
	},
];

/** The share page that a web address leads to, or undefined for any other address. */
export function findSharePage(address: string): SharePage | undefined {
	const url = new URL(address);
	return SERVICES.find(({ isPage }) => isPage(url));
}
