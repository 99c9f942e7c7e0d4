/** The page's own style: the window's colours, light and dark by the reader's system, always light on paper. */
const light = `color-scheme:light;--ground:#edeeea;--sheet:#fafaf7;--well:#e2e4de;--hair:#d2d5cd;--strong:#8d948c;--ink:#191c1a;--ink-2:#4e5551;--accent:#0a6556;--soft:#d5e6e0;--signal:#a63a0a;--signal-soft:#f8e4d8;--bar:#9fb8af`;
const dark = `color-scheme:dark;--ground:#101312;--sheet:#181c1a;--well:#0b0d0c;--hair:#2d3330;--strong:#6d7771;--ink:#e8ebe6;--ink-2:#b3bbb5;--accent:#62cbb4;--soft:#1c3a33;--signal:#ff9f6b;--signal-soft:#3a2316;--bar:#4c6f65`;

export const pageStyle = `
:root{${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',sans-serif;-webkit-text-size-adjust:100%;font-variant-numeric:tabular-nums;word-break:keep-all;overflow-wrap:anywhere}
body{margin:0}
main{max-width:1020px;margin:0 auto;background:var(--sheet);padding:48px 56px 64px;min-height:100vh}
h1{font-size:32px;line-height:1.15;margin:2px 0 10px;letter-spacing:-.015em;font-weight:650}
h2{font-size:20px;margin:52px 0 6px;padding-top:14px;border-top:2px solid var(--ink);letter-spacing:-.01em;font-weight:650}
h3{font-size:14px;margin:0;font-weight:650}
p{margin:0 0 8px;max-width:74ch}
a{color:var(--accent)}
.kicker,.label{font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:var(--ink-2)}
.lead,.note{color:var(--ink-2)}
.lead{font-size:16px}
.note{font-size:13px}
.interval{color:var(--ink-2);font-size:12px;white-space:nowrap}
nav{margin:24px 0 0;display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px 24px;margin:18px 0 6px}
.figures dt{font-size:12px;color:var(--ink-2)}
.figures dd{margin:0;font-size:21px;line-height:1.3;font-weight:600;letter-spacing:-.01em}
.figures dd .interval{display:block;font-weight:400;letter-spacing:0}
.findings{margin:20px 0 14px;padding:12px 18px;list-style:none;display:grid;gap:5px;background:var(--soft);border-left:3px solid var(--accent)}
.limits{margin:14px 0 0;padding:8px 14px;border-left:3px solid var(--hair);color:var(--ink-2);font-size:13px}
.limits b{color:var(--ink);font-weight:600}
.absent{color:var(--ink-2);font-style:italic}
.attributes{display:grid;grid-template-columns:repeat(auto-fill,minmax(280px,1fr));gap:22px 28px;margin-top:18px}
.attributes p{font-size:12px;color:var(--ink-2);margin:0}
svg.histogram{display:block;width:100%;height:auto;overflow:visible}
.bar{fill:var(--bar)}.bar.out{fill:var(--signal)}
.axis,.tick{fill:none;stroke:var(--strong);stroke-width:1}
.mark{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:3 2}
svg text{font-size:9.5px;fill:var(--ink-2);font-family:inherit}
.mark-text{fill:var(--ink)!important}
.latent{display:grid;grid-template-columns:minmax(240px,300px) 1fr;gap:4px 28px;padding:16px 0;border-top:1px solid var(--hair);align-items:start;break-inside:avoid}
.latent header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline}
.latent header span{font-size:13px;color:var(--ink-2)}
.latent .follows{color:var(--accent);font-weight:600}
.strip{margin:2px 0 0}
.strip img{display:block;width:100%;image-rendering:pixelated;border-radius:3px;background:var(--well)}
.strip ol{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;list-style:none;margin:3px 0 0;padding:0;font-size:10.5px;color:var(--ink-2);text-align:center}
.along{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;margin:4px 0 0}.along .thumbs{display:grid;gap:1px;margin:0}.along .thumbs img,.along .thumbs .missing{width:100%;height:auto;aspect-ratio:1;border-radius:0}
details summary{cursor:pointer;color:var(--accent);padding:10px 0}
.tails{display:flex;flex-wrap:wrap;gap:4px 24px;margin:8px 0 0;font-size:13px}
.tails dt{display:inline;color:var(--ink-2)}.tails dd{display:inline;margin:0;font-weight:600}.tails dd .interval{font-weight:400}
.group{padding:18px 0;border-top:1px solid var(--hair);break-inside:avoid}
.group header{display:flex;flex-wrap:wrap;gap:4px 22px;align-items:baseline;margin-bottom:8px}
.group header span{font-size:13px;color:var(--ink-2)}.group header b{color:var(--ink);font-weight:600}b .interval,td.figure .interval{font-weight:400!important;font-size:12px!important}
.pictures{display:grid;grid-template-columns:12fr 6fr;gap:6px 24px}.pictures .thumbs{display:grid;grid-template-columns:repeat(12,1fr)}.pictures>div:last-child:not(:first-child) .thumbs{grid-template-columns:repeat(6,1fr)}.pictures .thumbs img,.pictures .thumbs .missing{width:100%;height:auto;aspect-ratio:1}
.pictures .label{margin:0}
.thumbs{display:flex;flex-wrap:wrap;gap:4px;margin:2px 0 0;padding:0;list-style:none}
.thumbs img,.thumbs .missing{display:block;width:48px;height:48px;object-fit:cover;border-radius:3px;background:var(--well)}
.thumbs .missing{display:grid;place-items:center;font-size:10px;color:var(--ink-2)}
.features{display:flex;flex-wrap:wrap;gap:6px;margin:10px 0 0;padding:0;list-style:none;font-size:12.5px}
.features li{border:1px solid var(--hair);border-radius:20px;padding:2px 10px}
.outliers{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px;margin:18px 0 0;padding:0;list-style:none}
.outliers li{display:grid;grid-template-columns:64px 1fr;gap:10px;font-size:12px;color:var(--ink-2);align-items:start;break-inside:avoid}
.outliers img{width:64px;height:64px;object-fit:cover;border-radius:3px;background:var(--well)}
.outliers b{color:var(--ink)}
table{border-collapse:collapse;width:100%;margin:14px 0 0;font-size:13px}
th{text-align:left;font-weight:500;color:var(--ink-2);font-size:12px}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--hair);vertical-align:top}
td.figure{font-weight:600}
.rejected{color:var(--signal);font-weight:600}
.draws{display:grid;gap:10px;margin-top:14px}
code{font:12px/1.5 ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--hair);font-size:12px;color:var(--ink-2)}
@media screen and (max-width:760px){main{padding:28px 20px 48px}.latent,.pictures{grid-template-columns:1fr}}
@media print{
@page{size:A4;margin:16mm 14mm}
html{background:#fff;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0;background:#fff}
h1{font-size:22pt}h2{font-size:14pt;margin-top:26pt;break-after:avoid}
nav{display:none}
.attributes{grid-template-columns:repeat(2,1fr)}.attributes>div{break-inside:avoid}
.latent{grid-template-columns:62mm 1fr;padding:9pt 0}
.draws .thumbs img,.draws .thumbs .missing{width:11mm;height:11mm}
tr,.limits,.findings li{break-inside:avoid}
a{color:inherit;text-decoration:none}
}
`;
