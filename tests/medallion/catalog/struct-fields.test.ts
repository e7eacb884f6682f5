import { describe, expect, it } from 'vitest';
import { findAddedFields } from '../../../medallion/catalog/struct-fields.ts';

describe('findAddedFields', () => {
  it('finds what a struct has gained, in its place', () => {
    const before = 'struct<gym:string,price:decimal(10,2)>';
    const after = 'struct<id:int,gym:string,tags:array<struct<a:int,b:int>>,price:decimal(10,2),color:string>';
    expect(findAddedFields(before, after)).toEqual([
      { name: 'id', type: 'int', position: 'FIRST' },
      { name: 'tags', type: 'array<struct<a:int,b:int>>', position: 'AFTER gym' },
      { name: 'color', type: 'string', position: 'AFTER price' },
    ]);
  });

  it('finds none where a field is gone, is another, or stands elsewhere', () => {
    const before = 'struct<gym:string,at:timestamp>';
    expect(findAddedFields(before, 'struct<gym:string,color:string>')).toBeUndefined();
    expect(findAddedFields(before, 'struct<gym:string,at:date,color:string>')).toBeUndefined();
    expect(findAddedFields(before, 'struct<at:timestamp,gym:string,color:string>')).toBeUndefined();
  });

  it('finds none in what is no struct', () => {
    expect(findAddedFields('int', 'struct<gym:string>')).toBeUndefined();
    expect(findAddedFields('struct<gym:string>', 'string')).toBeUndefined();
  });
});
