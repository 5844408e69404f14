/**
 * A plugin that writes models in a format of another program: {@link org.nextscale.examples.exporter.NpzExporter} tells
 * Nextscale what it is called, {@link org.nextscale.examples.exporter.NpzExport} is a model on its way into files.
 */
package org.nextscale.examples.exporter;
