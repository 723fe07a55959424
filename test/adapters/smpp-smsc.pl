# An SMSC on Perl's Net::SMPP, an implementation of the protocol that shares nothing with ours. It takes every message, prints it as
# a line of JSON with texts in hexadecimal, and sends a receipt with text and parameters, or an incoming message for a text "reply".
# Usage: perl smpp-smsc.pl PORT
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => $ARGV[0], smpp_version => 0x34) or die "no listener: $!";
print "{\"ready\":1}\n";
my $next = 10;

while (my $session = $listener->accept) {
    while (my $pdu = $session->read_pdu) {
        my ($command, %answer) = ($pdu->{cmd}, (seq => $pdu->{seq}));
        if ($command == 0x00000009) {
            show(bind => $pdu, qw(system_id password interface_version));
            $session->bind_transceiver_resp(%answer, system_id => 'perl');
        }
        elsif ($command == 0x00000015) { $session->enquire_link_resp(%answer) }
        elsif ($command == 0x00000006) {
            $session->unbind_resp(%answer);
            print "{\"unbound\":1}\n";
            last;
        }
        elsif ($command == 0x00000004) { take($session, $pdu, %answer) }
        elsif ($command == 0x80000005) { print "{\"acknowledged\":$pdu->{status}}\n" }
    }
    close $session;
}

sub take {
    my ($session, $pdu, %answer) = @_;
    show(submit => $pdu, qw(source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi destination_addr esm_class
        priority_flag validity_period registered_delivery data_coding short_message message_payload sar_total_segments
        sar_segment_seqnum user_message_reference));
    my $id = $next++;
    $session->submit_sm_resp(%answer, message_id => sprintf('%x', $id));
    my %ends = (source_addr => $pdu->{destination_addr}, source_addr_ton => 1, destination_addr => $pdu->{source_addr}, async => 1);
    $session->deliver_sm(%ends, data_coding => 0, short_message => "ok \x1b\x65") if $pdu->{short_message} eq 'reply';
    return if !$pdu->{registered_delivery};
    $session->deliver_sm(%ends, esm_class => 4, receipted_message_id => sprintf("%x\0", $id), message_state => chr(2),
        short_message => "id:$id sub:001 dlvrd:001 submit date:2601151200 done date:2601151201 stat:DELIVRD err:000 text:");
}

sub show {
    my ($what, $pdu, @fields) = @_;
    my @pairs = map { sprintf '"%s":"%s"', $_, unpack('H*', $pdu->{$_}) } grep { defined $pdu->{$_} } @fields;
    print "{\"$what\":{", join(',', @pairs), "}}\n";
}
