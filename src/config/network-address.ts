import Type from 'typebox'

export const NetworkAddress = Type.String({
  pattern:
    '^([0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?)$',
  description: 'an address such as 192.168.1.2, or a network such as 10.0.0.0/8'
})
