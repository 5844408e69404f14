/**
 * What is picture in a file of each kind, and nothing else: colour profiles, thumbnails and texts never reach a reader. Values are read as
 * they are stored, as libjpeg, Pillow and so the field's training and evaluation have them; Exif says which way up.
 */
package org.nextscale.image.internal.format;
